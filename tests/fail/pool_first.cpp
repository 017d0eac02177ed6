// g++: in bank 1, at layer 1: max_pool<4, 4> needs at least 1 layer before it, but gets 0
// clang: at_layer<1>, explainn::max_pool<4, 4, 0>, explainn::needs<explainn::at_least, 1, explainn::one_layer_before_it>, explainn::but_gets<0>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<10, unit<max_pool<4>, conv<19>, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
