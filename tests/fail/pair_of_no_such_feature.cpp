// g++: pair_products needs at least 5 features, but gets 3
// clang: explainn::needs<explainn::at_least, 5, explainn::features>, explainn::but_gets<3>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<40>, bank<3, unit<conv<5>, relu, global_max_pool>>, linear_head<1>,
                    pair_products<feature_pair{4, 1}>>;
int main() { return static_cast<int>(net::rows.features); }
