// both: signals have at least one channel of one position
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<signals<0>, bank<3, unit<dense<2>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
