// both: inputs<...> joins one dna and one signals
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<inputs<signals<4>, signals<2>>, bank<3, unit<dense<2>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
