// g++: in bank 1, at layer 4: max_pool<7, 7> needs at least 7 positions, but gets 4
// clang: in_bank<1>, explainn::at_layer<4>, explainn::max_pool<7, 7, 0>, explainn::needs<explainn::at_least, 7, explainn::positions>, explainn::but_gets<4>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<22>, bank<100, unit<conv<19>, batch_norm, exponential, max_pool<7>, dense<1>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
