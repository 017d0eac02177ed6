// g++: layer<Layers>
// clang: 'int' does not satisfy 'layer'
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<10, unit<conv<19>, int, dense<1>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
