// g++: in bank 1, at layer 1: halved needs at least 1 layer before it, but gets 0
// clang: at_layer<1>, halved, explainn::needs<explainn::at_least, 1, explainn::layer_before_it>,
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
struct halved { // its forward expects an array for every unit, not the letters
    static constexpr phrase name() { return "halved"; }
    static constexpr outcome after(shape in) { return in; }
};
using net = network<dna<200>, bank<100, unit<halved, dense<1>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
