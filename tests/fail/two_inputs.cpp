// both: a network has one input, which stands first
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, dna<100>, bank<100, unit<conv<19>, relu, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
