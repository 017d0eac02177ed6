// both: a network ends with its heads, and here a bank stands behind a head
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, linear_head<50>, bank<100, unit<conv<19>, relu, global_max_pool>>>;
int main() { return static_cast<int>(net::rows.features); }
