// explain without an argument: the demo's model on a few of its sequences, into explain_demo/.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/interpret/located_contributions.hpp>

#include "common/all_rows.hpp"
#include "common/example_data.hpp"
#include "common/run_folder.hpp"
#include "explain/hits.hpp"
#include "explain/mutagenesis.hpp"
#include "explain/sequences.hpp"

namespace explain_program {

/// The sequences of a file that the model gives the highest logits, one for each task at most, `count` in
/// all.
inline ex::packed_sequences best_explained(opened& m, ex::unlabelled const& all, std::size_t count)
{
    auto const rows = all_rows(all.size());
    struct best {
        float logit;
        std::uint32_t row;
    };
    std::vector<best> of_task(m.tasks().size(), {-INFINITY, 0});
    ex::evaluator<device>{m.model, {}}(
        ex::part{all, rows}, [&](std::size_t first, ex::view<float const, 2> y, ex::host_batch const&) {
            for (ex::extent n = 0; n < y.size(0); ++n)
                for (ex::extent t = 0; t < y.size(1); ++t)
                    if (auto& b = of_task[static_cast<std::size_t>(t)]; y(n, t) > b.logit)
                        b = {y(n, t), static_cast<std::uint32_t>(first) + static_cast<std::uint32_t>(n)};
        });
    std::ranges::sort(of_task, [](best const& a, best const& b) { return a.logit > b.logit; });
    ex::packed_sequences some;
    std::vector<std::uint32_t> taken;
    std::vector<ex::letter> letters(all.length());
    for (best const& b : of_task) {
        if (taken.size() == count || std::ranges::find(taken, b.row) != taken.end()) continue;
        taken.push_back(b.row);
        all.letters_of(b.row, letters);
        some.append(all.name(b.row), letters);
    }
    return some;
}

/// Says of a sequence which windows add most to its highest logit, and which base matters most.
inline void tell(opened& m, ex::located_sequence const& seen, ex::mutants<float> const& mutants,
                 std::string const& name, std::vector<std::string> const& names)
{
    auto const task = static_cast<ex::extent>(std::ranges::max_element(seen.logits) - seen.logits.begin());
    std::printf("%s: logit of %s %.2f = bias %.2f and what %zu units add\n", name.c_str(),
                m.tasks()[static_cast<std::size_t>(task)].c_str(),
                seen.logits[static_cast<std::size_t>(task)], seen.head->bias[static_cast<std::size_t>(task)],
                seen.head->units.size());
    std::vector<std::size_t> order(seen.windows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    explainn::sort_places(
        order, [&](std::size_t a, std::size_t b) { return seen.share(a, task) > seen.share(b, task); });
    for (std::size_t i = 0; i < std::min<std::size_t>(3, order.size()); ++i) {
        auto const& w = seen.windows[order[i]];
        auto const unit = static_cast<std::size_t>(w.unit);
        std::printf("  %+.2f  bases %d to %d, strand %c: %s%s%s\n", seen.share(order[i], task), w.start,
                    w.start + w.width, w.reverse ? '-' : '+', seen.head->units[unit].name.c_str(),
                    names[unit].empty() ? "" : ", like ", names[unit].c_str());
    }
    float most = 0;
    std::string change;
    for (ex::extent i = 0; i < mutants.length; ++i)
        for (ex::letter a = 0; a < 4; ++a)
            if (float const x = mutants.change(ex::base_change::substitution, 0, i, a, task); x < most) {
                most = x;
                change = std::string{ex::char_of(mutants.base(0, i))} + " to " + ex::char_of(a) +
                         " at position " + std::to_string(i);
            }
    std::printf("  %+.2f  by the substitution that costs most, %s\n", static_cast<double>(most),
                change.c_str());
}

inline void run_demo()
{
    namespace fs = std::filesystem;
    fs::path const folder{"explain_demo"};
    model_options o;
    o.model = (fs::path{"tf_binding_demo"} / "model.safetensors").string();
    if (!shared::is_there(o.model))
        throw ex::error{o.model +
                        ": expected the model that tf_binding without an argument makes here, found "
                        "none; explain --help says how to explain others"};
    opened m = open(o);
    auto const all = ex::read_unlabelled(example_data() / "sequences.fa.gz", m.length());
    auto const known = (example_data() / "JASPAR2020_CORE_vertebrates_non-redundant.meme.gz").string();
    seen_units const seen = look_at_units(m, all, {}, 0.5, {.motifs = known, .names = {}});
    auto const some = best_explained(m, all, 3);
    ex::mutagenesis<device> mutate{m.model};
    ex::locator<device> locate{m.model};
    shared::make_folder(folder);
    ex::output_file contributions{folder / "contributions.tsv"}, hits{folder / "hits.tsv"},
        mutants{folder / "mutagenesis.tsv"};
    contribution_rows rows_of_units{contributions, m};
    hit_rows rows_of_hits{hits, locate.head()->units, seen, false};
    mutant_rows rows_of_mutants{mutants, nullptr};
    rows_of_units.header({"", locate.head()->units});
    rows_of_hits.header(m.tasks());
    mutants << "sequence\tposition\treference\talternative";
    write_tasks(mutants, m.tasks());
    std::vector<double> cuts;
    cuts.reserve(seen.largest.size());
    for (double const x : seen.largest) cuts.push_back(x / 2);
    ex::explainer<device> explain{m.model};
    explain(some, [&](auto const& each) {
        rows_of_units.write(each, [&](std::size_t i) { return std::string{some.name(i)}; });
    });
    locate(some, [&](ex::located_sequence const& one) {
        ex::packed_sequences alone;
        std::vector<ex::letter> letters(m.length());
        some.unpack(one.number, letters);
        alone.append(some.name(one.number), letters);
        std::string const name{some.name(one.number)};
        mutate(alone, [&](ex::mutants<float> const& changed) {
            rows_of_mutants.write(changed, 0, ex::table_field(name));
            tell(m, one, changed, name, seen.names);
        });
        for (auto const& hit :
             ex::settled(ex::hits_of(one, cuts), groups_by_name(seen.names), ex::overlapping_hits::compete))
            rows_of_hits.write(hit, name, m.length());
    });
    for (auto* const out : {&contributions, &hits, &mutants}) out->commit();
    std::printf("explain_demo/ holds contributions.tsv, hits.tsv and mutagenesis.tsv of these sequences; "
                "explain --help says what else there is\n");
}

} // namespace explain_program
