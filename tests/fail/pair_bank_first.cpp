// both: a pair_bank stands behind the bank whose units it pairs
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<40>, pair_bank<unit<by_distance, dense<1>>, unit_pair{0, 1}>,
                    bank<3, unit<conv<5>, relu, max_pool<6>, dense<1>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
