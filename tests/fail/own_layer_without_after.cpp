// both: a layer of one's own needs `static constexpr explainn::outcome after(explainn::shape)`
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
struct twice {
    static constexpr phrase name() { return "twice"; }
};
using net = network<dna<200>, bank<10, unit<conv<19>, twice, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
