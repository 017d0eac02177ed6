// g++: in bank 1: bank<0> needs at least 1 copy, but gets 0
// clang: in_bank<1>, explainn::bank<0, 
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<0, unit<conv<19>, relu, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
