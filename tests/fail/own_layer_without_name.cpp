// both: a layer of one's own needs `static constexpr explainn::phrase name()`
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
struct twice {
    static constexpr outcome after(shape in) { return in; }
};
using net = network<dna<200>, bank<10, unit<conv<19>, twice, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
