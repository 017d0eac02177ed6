// g++: dna<0> needs at least 1 base, but gets 0
// clang: dna<0>, explainn::needs<explainn::at_least, 1, explainn::one_base_a_row>, explainn::but_gets<0>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<0>, bank<10, unit<conv<19>, relu, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
