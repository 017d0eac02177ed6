// g++: in bank 2, at layer 2: max_pool<9, 9> needs at least 9 positions, but gets 8
// clang: in_bank<2>, explainn::at_layer<2>, explainn::max_pool<9, 9, 0>, explainn::needs<explainn::at_least, 9, explainn::positions>, explainn::but_gets<8>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<26>, bank<10, unit<conv<8>, global_max_pool>>, bank<10, unit<conv<19>, max_pool<9>>>,
                    linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
