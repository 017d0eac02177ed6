// explain filters: the motifs of the filters that a model begins with, whatever stands behind them.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/first_filters.hpp>
#include <explainn/io/meme_file.hpp>

#include "explain/binding_modes.hpp"
#include "explain/unit_names.hpp"

namespace explain_program {

struct filters_settings : model_options {
    std::string sequences;
    double threshold = 0.5;
    naming_options naming;
};

inline void run_filters(filters_settings const& o)
{
    auto files = o.naming.files();
    files.push_back({"--sequences", o.sequences});
    o.require_own_output(files);
    opened m = open(o);
    auto const sequences = ex::read_unlabelled(o.sequences, m.length());
    auto const rows = all_rows(sequences.size());
    ex::hit_options const how{.share = o.threshold, .both_strands = o.strands()};
    auto const filters = ex::first_filter_names(m.model.rows());
    shared::unit_labels const labels{o.naming.names, filters};
    ex::motif_set all;
    for (int bank = 0; bank < static_cast<int>(m.model.rows().banks.size()); ++bank) {
        if (interrupted()) throw interruption{"interrupted"};
        auto of_bank = ex::first_filters(m.model, bank);
        auto found = ex::motifs_of(ex::bank_scan<device>{of_bank, how}(ex::part{sequences, rows}));
        all.strands = found.strands;
        for (auto& each : found.motifs) all.motifs.push_back(std::move(each));
    }
    std::vector<std::string> names(filters.size());
    if (!o.naming.motifs.empty()) {
        auto const known = ex::read_motifs(o.naming.motifs);
        auto const table = ex::compare_motifs(all.motifs, known.motifs);
        note_binding_modes(table, known, o.naming.q, "filters");
        auto const like = ex::annotate(table, known.motifs, o.naming.q, 1);
        for (std::size_t f = 0; f < names.size(); ++f)
            if (all.motifs[f].sites > 0) names[f] = like[f].names;
    }
    for (std::size_t f = 0; f < names.size(); ++f) {
        all.motifs[f].name = filters[f].name;
        if (!labels.names()[f].empty()) names[f] = labels.names()[f];
    }
    shared::name_motifs(all, names);
    ex::output_file out{o.out};
    ex::write_meme(out, all);
    out.commit();
}

inline void add_filters(CLI::App& app)
{
    auto const o = std::make_shared<filters_settings>();
    CLI::App* const c = app.add_subcommand(
        "filters", "the motifs of the filters of the first convolution of any model, as MEME");
    add_model(*c, *o, "motifs to write (- is standard output; .gz compresses)");
    add_sequence_file(*c, o->sequences);
    c->add_option("--threshold", o->threshold,
                  "a window counts where the activation exceeds this share of the filter's largest")
        ->check(in_range(0.0, 1.0));
    add_naming(*c, o->naming);
    c->callback([o] { run_filters(*o); });
}

} // namespace explain_program
