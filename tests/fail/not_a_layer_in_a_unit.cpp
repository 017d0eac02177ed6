// both: a unit is a list of layers, and this type is no layer: it has neither `static constexpr explainn::phrase name()` nor `static constexpr explainn::outcome after(explainn::shape)`
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
using net = network<dna<200>, bank<10, unit<conv<19>, int, dense<1>>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
