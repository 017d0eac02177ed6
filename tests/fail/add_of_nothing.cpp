// g++: in bank 1, at layer 3: add_remembered needs at least 1 remember layer before it, but gets 0
// clang: in_bank<1>, explainn::at_layer<3>, explainn::add_remembered, explainn::needs<explainn::at_least, 1, explainn::one_remembering_layer>, explainn::but_gets<0>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<1, unit<conv<19>, relu, add_remembered, dense<1>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
