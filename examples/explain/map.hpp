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
    std::string sequences;
    std::size_t neighbours = ex::umap_options{}.neighbours;
    std::uint64_t from = 1;
    int epochs = 0;
};

inline void run_map(map_options const& o)
{
    o.require_own_output({{"--sequences", o.sequences}});
    opened m = open(o);
    auto const sequences = ex::read_unlabelled(o.sequences, m.length());
    auto const rows = [&] {
        std::vector<std::uint32_t> all(sequences.size());
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint32_t>(i);
        return all;
    }();
    auto const seen = ex::explain(m.model, ex::part{sequences, rows}, {.both_strands = o.strands()});
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
        out << ex::table_field(sequences.name(i));
        for (double const x : {xy[2 * i], xy[2 * i + 1], pca.at(i, 0), pca.at(i, 1)})
            out << '\t' << ex::number_text(x, 6);
        out << '\n';
    }
    out.commit();
    std::cerr << "principal components hold " << ex::number_text(100 * pca.share(0), 3) << " % and "
              << ex::number_text(100 * pca.share(1), 3) << " % of the variance\n";
}

inline void add_map(CLI::App& app)
{
    auto const o = std::make_shared<map_options>();
    CLI::App* const c =
        app.add_subcommand("map", "sequences in the plane by the outputs of all units: UMAP and PCA");
    add_model(*c, *o);
    c->add_option("--sequences", o->sequences,
                  "FASTA or FASTQ, may be compressed; time grows with their number squared")
        ->required();
    c->add_option("--neighbours", o->neighbours, "of each sequence that UMAP keeps near")
        ->check(in_range<std::size_t>(2, 1000));
    c->add_option("--epochs", o->epochs, "of UMAP; 0: 500 up to 10,000 sequences, 200 beyond")
        ->check(in_range(0, 100000));
    c->add_option("--seed", o->from, "the same seed gives the same map");
    c->callback([o] { run_map(*o); });
}

} // namespace explain_program
