// g++: in bank 1: bank<3> needs exactly 4 copies, but gets 3
// clang: explainn::needs<explainn::exactly, 4, explainn::copies>, explainn::but_gets<3>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<signals<4>, bank<3, unit<dense<2>>, reads::own_signal>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
