// both: a bank repeats a unit: bank<100, unit<conv<19>, relu, max_pool<7>>>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, conv<19>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
