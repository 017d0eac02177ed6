// g++: in bank 1, at layer 1: batch_norm needs at least 1 layer before it, but gets 0
// clang: at_layer<1>, explainn::batch_norm_with<5, {10}>, explainn::needs<explainn::at_least, 1, explainn::layer_before_it>, explainn::but_gets<0>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<batch_norm, conv<19>, relu, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
