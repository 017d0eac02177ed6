// both: a network is made of an input, banks of units and heads, and one of these types is none of them
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<conv<19>, relu, global_max_pool>>, int, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
