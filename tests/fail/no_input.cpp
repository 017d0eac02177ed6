// both: a network begins with its input: network<dna<200>, bank<100, unit<...>>, linear_head<50>>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<bank<100, unit<conv<19>, relu, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
