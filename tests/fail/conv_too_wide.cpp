// g++: in bank 1, at layer 1: conv<19> needs at least 19 positions, but gets 10
// clang: in_bank<1>, explainn::at_layer<1>, explainn::conv<19, 1, 0>, explainn::needs<explainn::at_least, 19, explainn::positions>, explainn::but_gets<10>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<10>, bank<100, unit<conv<19>, relu, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
