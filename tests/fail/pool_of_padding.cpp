// g++: in bank 1, at layer 2: max_pool<3, 1, 2> needs at most 1 position of padding, but gets 2
// clang: at_layer<2>, explainn::max_pool<3, 1, 2>, explainn::needs<explainn::at_most, 1, explainn::position_of_padding>, explainn::but_gets<2>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<conv<19>, max_pool<3, 1, 2>, dense<1>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
