// Filters that begin as motifs of a file (the paper's Fig. 6A-C): --filters, --choose, --freeze-filters.
#pragma once
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/filter_starts.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/model/paper_card.hpp>

#include "common/options.hpp"
#include "common/training_run.hpp"

namespace shared {

struct filter_options {
    std::string motifs, scale = "centred";
    std::size_t choose = 0;
    bool freeze = false;

    bool given() const { return !motifs.empty(); }
};

/// Declared after the architecture, whose --units it stands in for.
inline void add_filters(CLI::App& c, filter_options& o)
{
    auto* const filters = c.add_option(
        "--filters", o.motifs,
        "motifs that the filters begin as, two units a motif, forward and reverse, or one symmetric unit "
        "(default: random numbers)");
    filters->excludes(c.get_option("--units"));
    c.add_option("--choose", o.choose, "take so many motifs, those least like each other; 0: all")
        ->check(in_range<std::size_t>(0, 100000))
        ->needs(filters);
    c.add_option("--filter-scale", o.scale,
                 "a probability p becomes p - 0.25 (centred, the paper's) or log2(p / 0.25) (log-odds)")
        ->check(CLI::IsMember({"centred", "log-odds"}))
        ->needs(filters);
    c.add_flag("--freeze-filters", o.freeze, "filters stay as they begin (default: no)")->needs(filters);
}

/// What --filters asks for, from before the data are read to the table of how far filters moved.
class started_filters {
public:
    /// Reads the motifs, and sets the number of units; symmetric ones need no second unit for the reverse
    /// complement of a motif. Throws input_error for a file that is none.
    started_filters(filter_options const& o, ex::paper_card& card, bool symmetric = false) : o_{o}
    {
        if (!o.given()) return;
        auto const all = ex::read_motifs(o.motifs);
        for (auto const& each : all.warnings) std::cerr << "warning: " << ex::remark_text(each) << '\n';
        if (all.motifs.empty()) throw ex::input_error{o.motifs, 0, "motifs", "none"};
        starts_ = ex::filter_starts(all.motifs, o.choose);
        if (symmetric) {
            std::size_t kept = 0;
            for (std::size_t i = 0; i < starts_.size(); i += 2) starts_[kept++] = starts_[i];
            starts_.resize(kept);
        }
        card.units = static_cast<ex::extent>(starts_.size());
    }
    bool given() const { return o_.given(); }

    /// What a run must share with the one it goes on from.
    void add_facts(ex::run_facts& facts) const
    {
        if (!given()) return;
        facts["--filters"] = o_.motifs;
        facts["--choose"] = std::to_string(o_.choose);
        facts["--filter-scale"] = o_.scale;
        facts["--freeze-filters"] = o_.freeze ? "yes" : "no";
    }
    /// Sets the filters, and keeps them out of training where they are frozen.
    void start(network& m, ex::training& how) const
    {
        if (!given()) return;
        ex::start_filters(m, std::span<ex::motif const>{starts_},
                          o_.scale == "centred" ? ex::filter_scale::centred : ex::filter_scale::log_odds);
        if (!o_.freeze) return;
        how.freezes = [name = ex::filters_name(m)](std::string_view parameter) { return parameter == name; };
    }
    /// Writes filters.tsv, and says how many moved.
    void finish(fs::path const& folder, ex::model_insight seen, ex::motif_set const& known,
                std::vector<std::string> const& tasks) const
    {
        if (!given()) return;
        seen.motifs.motifs.resize(starts_.size()); // units of pairs, which stand behind, have no filter
        std::vector<std::string> names(seen.motifs.motifs.size());
        if (!known.motifs.empty()) {
            auto const like =
                ex::annotate(ex::compare_motifs(seen.motifs.motifs, known.motifs), known.motifs);
            for (std::size_t u = 0; u < names.size(); ++u) names[u] = like[u].names;
        }
        auto const moved = ex::moved_filters(seen, std::span<ex::motif const>{starts_});
        ex::write_moved_filters(folder / "filters.tsv", seen, std::span<ex::motif const>{starts_}, moved,
                                names, tasks);
        std::size_t hit = 0, away = 0;
        for (auto const& each : moved) hit += each.hit, away += each.moved();
        std::cout << "filters: of " << moved.size() << " units " << hit << " are hit, and the motifs of "
                  << away << " are no longer like those they began as (q above 0.05)\n";
    }

private:
    filter_options o_;
    std::vector<ex::motif> starts_;
};

} // namespace shared
