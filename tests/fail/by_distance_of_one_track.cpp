// g++: in bank 1, at layer 2: by_distance needs exactly 2 channels, but gets 3
// clang: explainn::needs<explainn::exactly, 2, explainn::channels>, explainn::but_gets<3>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<40>, bank<3, unit<conv<5, 3>, by_distance>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
