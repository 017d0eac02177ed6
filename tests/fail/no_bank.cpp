// both: a network has at least one bank: bank<100, unit<...>>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
