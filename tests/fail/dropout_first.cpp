// g++: in bank 1, at layer 1: dropout<10> needs at least 1 layer before it, but gets 0
// clang: at_layer<1>, explainn::dropout<{10}>, explainn::needs<explainn::at_least, 1, explainn::one_layer_before_it>, explainn::but_gets<0>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<10, unit<dropout<percent{10}>, conv<19>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
