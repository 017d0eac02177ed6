// both: a pair is of two different features, counted from 0
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<40>, bank<3, unit<conv<5>, relu, global_max_pool>>, linear_head<1>,
                    pair_products<feature_pair{1, 1}>>;
int main() { return static_cast<int>(net::rows.features); }
