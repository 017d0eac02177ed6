// g++: in bank 2, at layer 1: relu needs at least 1 layer before it, but gets 0
// clang: at_layer<1>, explainn::activate<explainn::activation::relu>, explainn::needs<explainn::at_least, 1
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<100, unit<conv<19>, relu, global_max_pool>>, bank<2, unit<relu, dense<1>>>,
                    linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
