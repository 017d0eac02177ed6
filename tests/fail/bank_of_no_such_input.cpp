// both: a bank reads an input that the network does not have
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<40>, bank<3, unit<dense<2>>, reads::signals>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
