// g++: in bank 1, at layer 3: dropout<100> needs at most 99 percent, but gets 100
// clang: at_layer<3>, explainn::dropout<{100}>, explainn::needs<explainn::at_most, 99, explainn::percent_of_rate>, explainn::but_gets<100>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<10, unit<conv<19>, relu, dropout<percent{100}>, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
