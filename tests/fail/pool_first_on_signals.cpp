// g++: in bank 1, at layer 1: max_pool<2, 2> needs at least 1 layer before it, but gets 0
// clang: in_bank<1>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<signals<4, 9>, bank<3, unit<max_pool<2>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
