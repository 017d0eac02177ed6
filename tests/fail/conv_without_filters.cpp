// g++: a convolution has at least one filter and no negative padding
// clang: a convolution has at least one filter and no negative padding
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<conv<19, 0>, relu, dense<1>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
