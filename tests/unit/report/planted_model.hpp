// A model of planted motifs and its report, made once for all tests of a program.
#pragma once
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/cpu.hpp>
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/split.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/report/report_of.hpp>
#include <explainn/train/trainer.hpp>

#include "planted.hpp"

namespace planted {

namespace ex = explainn;
using device = ex::cpu<float>;

inline ex::motif_set const& jaspar()
{
    static auto const all = ex::read_motifs(std::filesystem::path{EXPLAINN_EXAMPLE_DATA} /
                                            "JASPAR2020_CORE_vertebrates_non-redundant.meme.gz");
    return all;
}
inline ex::motif const& profile(std::string const& id)
{
    return *std::find_if(jaspar().motifs.begin(), jaspar().motifs.end(),
                         [&](auto const& m) { return m.name == id; });
}

/// A model that was trained on planted motifs from one seed, which draws the data, the split and the first
/// values, and its report.
struct learned {
    std::uint64_t from;
    std::vector<ex::motif> motifs{profile("MA0139.1"), profile("MA0138.2"),
                                  profile("MA0106.3")}; // CTCF, REST, TP53
    planted::truth truth;
    ex::split_rows rows;
    ex::basic_model<device> model;
    std::vector<std::uint32_t> motif_rows;
    ex::model_insight seen;
    ex::model_report report;

    explicit learned(std::uint64_t seed, std::size_t sequences = 6000, ex::extent units = 32, int epochs = 16)
        : from{seed}, truth{plant(motifs, sequences, 120, 10 + seed)},
          rows{ex::split_at_random(truth.data, {80, 10, 10}, ex::seed{seed})},
          model{ex::make_paper_model<device>(
              {.length = 120, .units = units, .outputs = 2, .hidden = 20, .dropout = 10}, ex::seed{seed},
              device{})}
    {
        ex::trainer trainer{
            model,
            ex::adam{.learning_rate = 0.003},
            ex::bce_with_logits{},
            {.epochs = epochs, .patience = 0, .batch = 100, .from = ex::seed{seed}, .both_strands = true}};
        trainer.fit(ex::part{truth.data, rows.train}, ex::part{truth.data, rows.valid});
        motif_rows = ex::well_predicted(model, ex::part{truth.data, rows.train});
        seen = ex::look_into_all(model, ex::part{truth.data, motif_rows});
        report = ex::report_of(model, truth.data, rows, seen, motif_rows,
                               [&](std::uint32_t row) { return std::string{truth.data.name(row)}; },
                               {.losses = trainer.state().history,
                                .best_epoch = trainer.state().best_epoch,
                                .tasks = truth.data.tasks(),
                                .known = jaspar().motifs,
                                .collection = "JASPAR"});
    }
    /// Whether a unit's matches of q up to 0.05 name a motif.
    bool carries(std::size_t unit, std::string const& name) const
    {
        auto const& matches = report.units[unit].matches;
        return std::any_of(matches.begin(), matches.end(),
                           [&](auto const& m) { return m.q <= 0.05 && m.name == name; });
    }
    double effect(std::size_t unit, ex::extent task) const
    {
        return report.effects(static_cast<ex::extent>(unit), task);
    }
    /// Units in the order of the page: by falling (or rising) effect of a hit on a task.
    std::vector<std::size_t> by_effect(ex::extent task, bool rising) const
    {
        std::vector<std::size_t> units;
        for (std::size_t u = 0; u < report.units.size(); ++u)
            if (!std::isnan(effect(u, task))) units.push_back(u);
        ex::sort_places(units, [&](std::size_t a, std::size_t b) {
            return rising ? effect(a, task) < effect(b, task) : effect(a, task) > effect(b, task);
        });
        return units;
    }
};
inline learned& it()
{
    static learned one{1};
    return one;
}

} // namespace planted
