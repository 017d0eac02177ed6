// g++: either all heads of a network have a bias or none has
// clang: either all heads of a network have a bias or none has
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<conv<19>, relu, global_max_pool>>, linear_head<1>,
                    linear_head<2, head_bias::none>>;
int main() { return static_cast<int>(net::rows.features); }
