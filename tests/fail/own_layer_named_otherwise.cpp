// both: the `name()` of a layer of one's own returns explainn::phrase, and this one returns another type
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
using namespace explainn;
struct twice {
    static constexpr char const* name() { return "twice"; }
    static constexpr outcome after(shape in) { return in; }
};
using net = network<dna<200>, bank<10, unit<conv<19>, twice, global_max_pool>>, linear_head<1>>;
int main() { return static_cast<int>(net::rows.features); }
