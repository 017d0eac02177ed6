// g++: linear_head<0> needs at least 1 output, but gets 0
// clang: linear_head<0, explainn::head_bias::learned>, explainn::needs<explainn::at_least, 1, explainn::one_output>, explainn::but_gets<0>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<conv<19>, relu, global_max_pool>>, linear_head<0>>;
int main() { return static_cast<int>(net::rows.features); }
