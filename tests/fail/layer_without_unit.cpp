// both: a layer stands in a unit, and a unit in a bank: bank<100, unit<conv<19>, ...>>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, conv<19>, relu, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
