// Which layers fuse, and which do not.
#include <doctest/doctest.h>

#include <explainn/layers/layers.hpp>
#include <explainn/model/lower.hpp>
#include <explainn/model/network.hpp>
#include <explainn/model/paper.hpp>

namespace ex = explainn;
using ex::stage_kind;

namespace {

template <class... Layers>
std::vector<ex::stage> stages_of(ex::fusing fuse = ex::fusing::on)
{
    using net = ex::network<ex::dna<60>, ex::bank<3, ex::unit<Layers...>>, ex::linear_head<2>>;
    ex::network_rows const rows{net::resolve()};
    return ex::lower(rows, rows.banks[0], fuse);
}
template <class... Layers>
std::vector<stage_kind> kinds_of(ex::fusing fuse = ex::fusing::on)
{
    std::vector<stage_kind> kinds;
    for (auto const& s : stages_of<Layers...>(fuse)) kinds.push_back(s.what);
    return kinds;
}
using kinds = std::vector<stage_kind>;
constexpr auto scan = stage_kind::motif_scan, block = stage_kind::dense_block, pair = stage_kind::dense_pair,
               single = stage_kind::single;

} // namespace

TEST_CASE("the paper's unit becomes one scan and a pair of dense blocks")
{
    ex::network_rows const rows{ex::paper_network<ex::paper{.length = 60, .units = 3}>::resolve()};
    auto const stages = ex::lower(rows, rows.banks[0]);
    REQUIRE(stages.size() == 2);
    CHECK(stages[0] == ex::stage{scan, 0, 4});
    CHECK(stages[1] == ex::stage{pair, 4, 11});
}
TEST_CASE("every depth of the paper's network fuses whole")
{
    auto const count = [](ex::network_rows const& rows) {
        auto const stages = ex::lower(rows, rows.banks[0]);
        int singles = 0;
        for (auto const& s : stages) singles += s.what == single;
        CHECK(singles == 0);
        return stages.size();
    };
    CHECK(count(ex::network_rows{ex::paper_network<ex::paper{.length = 60, .num_fc = 0}>::resolve()}) == 1);
    CHECK(count(ex::network_rows{ex::paper_network<ex::paper{.length = 60, .num_fc = 1}>::resolve()}) == 2);
    CHECK(count(ex::network_rows{ex::paper_network<ex::paper{.length = 60, .num_fc = 5}>::resolve()}) == 5);
}
TEST_CASE("fusing can be turned off")
{
    using namespace explainn;
    CHECK(kinds_of<conv<5>, batch_norm, exponential, max_pool<7>>(fusing::off) ==
          kinds{single, single, single, single});
}
TEST_CASE("batch norm and activation may be missing from a scan")
{
    using namespace explainn;
    CHECK(kinds_of<conv<5>, max_pool<7>>() == kinds{scan});
    CHECK(kinds_of<conv<5>, relu, max_pool<7>>() == kinds{scan});
    CHECK(kinds_of<conv<5>, batch_norm, global_max_pool>() == kinds{scan});
}
TEST_CASE("a convolution of both strands fuses with larger_strand before or behind the activation")
{
    using namespace explainn;
    constexpr auto symmetric = stage_kind::symmetric_scan;
    using both = conv<5, strands::both>;
    CHECK(kinds_of<both, batch_norm, exponential, larger_strand, max_pool<7>>() == kinds{symmetric});
    CHECK(kinds_of<both, batch_norm, larger_strand, exponential, max_pool<7>>() == kinds{symmetric});
    CHECK(kinds_of<both, larger_strand, global_max_pool>() == kinds{symmetric});
    // strands that nothing compares are positions like others
    CHECK(kinds_of<both, batch_norm, relu, max_pool<7>>() == kinds{single, single, single, single});
    CHECK(kinds_of<both, batch_norm, silu, larger_strand, max_pool<7>>() ==
          kinds{single, single, single, single, single});
    CHECK(both::name(both::given).view() == "conv<5, strands::both>");
}
TEST_CASE("rising activations fuse into a scan, the others do not")
{
    using namespace explainn;
    CHECK(kinds_of<conv<5>, batch_norm, elu, max_pool<7>>() == kinds{scan});
    CHECK(kinds_of<conv<5>, batch_norm, softplus, max_pool<7>>() == kinds{scan});
    CHECK(kinds_of<conv<5>, batch_norm, sigmoid, max_pool<7>>() == kinds{scan});
    CHECK(kinds_of<conv<5>, batch_norm, tanh_activation, max_pool<7>>() == kinds{scan});
    CHECK(kinds_of<conv<5>, batch_norm, identity_activation, max_pool<7>>() == kinds{scan});
    CHECK(kinds_of<conv<5>, batch_norm, gelu, max_pool<7>>() == kinds{single, single, single, single});
    CHECK(kinds_of<conv<5>, batch_norm, silu, max_pool<7>>() == kinds{single, single, single, single});
}
TEST_CASE("what no scan computes runs layer by layer")
{
    using namespace explainn;
    CHECK(kinds_of<conv<5, 2>, batch_norm, relu, max_pool<7>>() == kinds{single, single, single, single});
    CHECK(kinds_of<conv<5, 1, 2>, relu, max_pool<7>>() == kinds{single, single, single});
    CHECK(kinds_of<conv<5>, relu, max_pool<7, 7, 1>>() == kinds{single, single, single});
    CHECK(kinds_of<conv<5>, relu, average_pool<7>>() == kinds{single, single, single});
    CHECK(kinds_of<conv<5>, relu>() == kinds{single, single});
    CHECK(kinds_of<conv<5>, max_pool<2>, conv<3>, max_pool<2>>() == kinds{scan, single, single});
}
TEST_CASE("a block with batch norm and ReLU and the block of one output behind it are a pair")
{
    using namespace explainn;
    CHECK(kinds_of<conv<5>, max_pool<7>, dense<4>, batch_norm, relu, dropout<percent{10}>, dense<1>>() ==
          kinds{scan, pair});
    CHECK(kinds_of<conv<5>, max_pool<7>, dense<8>, relu, dense<4>, batch_norm, relu, dense<1>, elu>() ==
          kinds{scan, block, pair});
    CHECK(kinds_of<conv<5>, max_pool<7>, dense<4>, batch_norm, elu, dense<1>>() == kinds{scan, block, block});
    CHECK(kinds_of<conv<5>, max_pool<7>, dense<4>, relu, dense<1>>() == kinds{scan, block, block});
    CHECK(kinds_of<conv<5>, max_pool<7>, dense<4>, batch_norm, relu, dense<2>>() ==
          kinds{scan, block, block});
    CHECK(kinds_of<conv<5>, max_pool<7>, dense<1>, batch_norm, relu, dense<1>>() ==
          kinds{scan, block, block});
}
TEST_CASE("dense blocks take what follows in their order")
{
    using namespace explainn;
    CHECK(kinds_of<conv<5>, max_pool<7>, dense<4>, dense<3>, gelu, dense<2>, dropout<percent{10}>>() ==
          kinds{scan, block, block, block});
    CHECK(kinds_of<conv<5>, max_pool<7>, dense<4>, relu, batch_norm>() == kinds{scan, block, single});
    CHECK(kinds_of<conv<5>, max_pool<7>, dense<4>, layer_norm, relu>() == kinds{scan, block, single, single});
}
