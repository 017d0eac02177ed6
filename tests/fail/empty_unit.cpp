// g++: in bank 1: bank<10> needs at least 1 layer, but gets 0
// clang: in_bank<1>, explainn::bank<10, explainn::unit<>>, explainn::needs<explainn::at_least, 1, explainn::layer_in_all>, explainn::but_gets<0>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<10, unit<>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
