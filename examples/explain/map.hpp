// explain map: sequences in the plane by the outputs of all units.
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include <explainn/interpret/contributions.hpp>
#include <explainn/interpret/umap.hpp>

#include "explain/model.hpp"

namespace explain_program {

struct map_options : model_options {
    shared::row_files rows;
    std::size_t neighbours = ex::umap_options{}.neighbours;
    std::uint64_t from = 1;
    int epochs = 0;
};

template <class Data, class NameOf>
void write_map(map_options const& o, opened& m, Data const& data, NameOf name_of)
{
    auto const rows = all_rows(data.size());
    auto const seen = ex::explain(m.model, ex::part{data, rows}, {.both_strands = o.strands()});
    auto const features = static_cast<std::size_t>(seen.head->features);
    if (features < 2) throw ex::error{"expected a model of at least 2 unit outputs for a map, found 1"};
    ex::thread_pool const pool{ex::threads{o.processor.threads}};
    auto const pca = ex::principal_components_of(seen.unit_outputs, rows.size(), features, 2);
    auto const xy =
        ex::umap(seen.unit_outputs, rows.size(), features,
                 {.neighbours = o.neighbours, .epochs = o.epochs, .from = ex::seed{o.from}}, pool);
    ex::output_file out{o.out};
    out << "sequence\tumap1\tumap2\tpca1\tpca2\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        out << ex::table_field(name_of(i));
        for (double const x : {xy[2 * i], xy[2 * i + 1], pca.at(i, 0), pca.at(i, 1)})
            out << '\t' << ex::number_text(x, 6);
        out << '\n';
    }
    out.commit();
    std::cerr << "principal components hold " << ex::number_text(100 * pca.share(0), 3) << " % and "
              << ex::number_text(100 * pca.share(1), 3) << " % of the variance\n";
}

inline void run_map(map_options const& o)
{
    o.require_own_output(o.rows.files());
    opened m = open_any(o);
    with_rows(m, o.rows, [&](auto const& data, auto name_of) { write_map(o, m, data, name_of); });
}

inline void add_map(CLI::App& app)
{
    auto const o = std::make_shared<map_options>();
    CLI::App* const c = app.add_subcommand("map", "sequences in the plane by the outputs of all units: UMAP "
                                                  "and PCA; time grows with their number squared");
    add_model(*c, *o);
    shared::add_rows(*c, o->rows);
    c->add_option("--neighbours", o->neighbours, "of each sequence that UMAP keeps near")
        ->check(in_range<std::size_t>(2, 1000));
    c->add_option("--epochs", o->epochs, "of UMAP; 0: 500 up to 10,000 sequences, 200 beyond")
        ->check(in_range(0, 100000));
    c->add_option("--seed", o->from, "the same seed gives the same map");
    c->callback([o] { run_map(*o); });
}

} // namespace explain_program
