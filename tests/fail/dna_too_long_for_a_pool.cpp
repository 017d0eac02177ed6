// g++: in bank 1, at layer 3: max_pool<7, 7> needs at most 65536 positions, but gets 69982
// clang: at_layer<3>, explainn::max_pool<7, 7, 0>, explainn::needs<explainn::at_most, 65536, explainn::positions>, explainn::but_gets<69982>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<70000>, bank<10, unit<conv<19>, relu, max_pool<7>, global_average_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
