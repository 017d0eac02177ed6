// What stands on the units: one weight a unit (SingleLayer), or a curve a unit and then a weight (NAM).
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/model/network_description.hpp>

#include "plug_and_play/units.hpp"

namespace plug_and_play {

/// A network over K numbers a sequence. The reference's SingleLayer is a linear layer on them; its NAM gives
/// each a dense layer of `hidden` outputs, batch norm, ReLU, dropout of 30 % and a dense layer of one output
/// first.
inline ex::network_description head_description(std::string const& head, ex::extent units, ex::extent hidden,
                                                ex::extent outputs)
{
    ex::network_description d;
    d.signals = {units, 1};
    d.heads = {outputs};
    ex::bank_description bank{units, {}, ex::reads::own_signal};
    auto const layer = [&](ex::kind what, ex::numbers given = {}) -> ex::layer_description& {
        return bank.layers.emplace_back(ex::layer_description{.what = what, .given = given});
    };
    if (head == "single") {
        layer(ex::kind::activate).act = ex::activation::identity;
    } else {
        layer(ex::kind::dense, {.outputs = hidden});
        auto& norm = layer(ex::kind::batch_norm);
        norm.epsilon = 1e-5;
        norm.momentum = 0.1;
        layer(ex::kind::activate).act = ex::activation::relu;
        layer(ex::kind::dropout, {.percent = 30});
        layer(ex::kind::dense, {.outputs = 1});
    }
    d.banks.push_back(std::move(bank));
    return d;
}

/// What a unit says about a task over some rows: weight x unit output.
struct unit_share {
    double weight{}, mean{}, deviation{}, median{};
};

/// The shares (U, O) of all units over some rows. What a unit adds on average says as little as the bias; how
/// far what it adds goes up and down from sequence to sequence (the deviation) is its say.
inline std::vector<unit_share> shares_of(network& m, ex::part<ex::signal_dataset> const& p)
{
    auto const units = static_cast<std::size_t>(m.units()), outputs = static_cast<std::size_t>(m.outputs());
    std::vector<std::vector<double>> seen(units);
    std::vector<float> x;
    ex::evaluator<device>{m, {}}(p, [&](std::size_t, ex::view<float const, 2> y, ex::host_batch const&) {
        auto const there = m.run().unit_outputs(0, y.size(0)); // (U, N, 1)
        x.resize(there.count());
        ex::fetch(m.device(), x.data(), there.data, x.size());
        auto const count = static_cast<std::size_t>(y.size(0));
        for (std::size_t u = 0; u < units; ++u)
            seen[u].insert(seen[u].end(), x.begin() + static_cast<std::ptrdiff_t>(u * count),
                           x.begin() + static_cast<std::ptrdiff_t>((u + 1) * count));
    });
    auto const weights = m.values("final.weight"); // (O, U)
    std::vector<unit_share> out(units * outputs);
    for (std::size_t u = 0; u < units; ++u) {
        double mean = 0, square = 0;
        auto const n = static_cast<double>(seen[u].size());
        for (double const v : seen[u]) mean += v / n;
        for (double const v : seen[u]) square += (v - mean) * (v - mean) / n;
        double const middle = seen[u].empty() ? NAN : ex::median(seen[u]);
        for (std::size_t o = 0; o < outputs; ++o) {
            auto const w = static_cast<double>(weights[o * units + u]);
            out[u * outputs + o] = {w, w * mean, std::abs(w) * std::sqrt(square), w * middle};
        }
    }
    return out;
}

/// Writes a row for each task and unit, the unit with the largest say first, and prints the first three.
inline void write_shares(fs::path const& path, std::vector<unit_share> const& shares,
                         std::vector<std::string> const& units, std::vector<std::string> const& tasks)
{
    ex::output_file out{path};
    out << "task\trank\tunit\tweight\tmean\tdeviation\tmedian\n";
    for (std::size_t o = 0; o < tasks.size(); ++o) {
        auto const of = [&](std::size_t u) -> unit_share const& { return shares[u * tasks.size() + o]; };
        auto order = std::vector<std::size_t>(units.size());
        for (std::size_t u = 0; u < order.size(); ++u) order[u] = u;
        ex::sort_places(order,
                        [&](std::size_t a, std::size_t b) { return of(a).deviation > of(b).deviation; });
        for (std::size_t rank = 0; rank < order.size(); ++rank) {
            auto const& each = of(order[rank]);
            out << ex::table_field(tasks[o]) << '\t' << std::to_string(rank + 1) << '\t'
                << ex::table_field(units[order[rank]]) << '\t' << ex::number_text(each.weight, 6) << '\t'
                << ex::number_text(each.mean, 6) << '\t' << ex::number_text(each.deviation, 6) << '\t'
                << ex::number_text(each.median, 6) << '\n';
        }
        std::printf("%s:", tasks[o].c_str());
        for (std::size_t rank = 0; rank < std::min<std::size_t>(3, order.size()); ++rank)
            std::printf(" %s (%+.2f)", units[order[rank]].c_str(), of(order[rank]).weight);
        std::printf("\n");
    }
    out.commit();
}

} // namespace plug_and_play
