// g++: in bank 2, at layer 1: exponential needs at least 1 layer before it, but gets 0
// clang: in_bank<2>, explainn::at_layer<1>, explainn::activate<
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<10, unit<conv<19>, global_max_pool>>, bank<10, unit<exponential, conv<19>>>,
                    linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
