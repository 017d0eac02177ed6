// g++: in bank 2: pair_bank needs at least 5 units in the bank of its pairs, but gets 3
// clang: explainn::needs<explainn::at_least, 5, explainn::units_of_pairs>, explainn::but_gets<3>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<40>, bank<3, unit<conv<5>, relu, max_pool<6>, dense<1>>>,
                    pair_bank<unit<by_distance, dense<1>>, unit_pair{4, 1}>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
