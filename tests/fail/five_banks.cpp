// both: a network has at most four banks
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using one = bank<2, unit<conv<19>, global_max_pool>>;
using net = network<dna<200>, one, one, one, one, one, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
