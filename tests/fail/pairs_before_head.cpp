// both: pair_products<...> is the last part of a network, and there is one at most
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<40>, bank<3, unit<conv<5>, relu, global_max_pool>>, pair_products<feature_pair{0, 1}>,
                    linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
