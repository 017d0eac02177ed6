// both: a network ends with a head, which says how many outputs there are: linear_head<50>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<conv<19>, relu, global_max_pool>>>;
int main() { return static_cast<int>(net::rows.features); }
