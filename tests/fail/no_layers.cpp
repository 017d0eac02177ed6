// both: a unit has at least one layer: unit<conv<19>, relu, max_pool<7>>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
