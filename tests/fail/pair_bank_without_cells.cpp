// g++: in bank 2: pair_bank needs at least 1 layer before a dense one in the bank of its pairs, but gets 0
// clang: explainn::needs<explainn::at_least, 1, explainn::one_layer_of_cells>, explainn::but_gets<0>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<40>, bank<3, unit<conv<5>, relu, global_max_pool>>,
                    pair_bank<unit<by_distance, dense<1>>, unit_pair{0, 1}>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
