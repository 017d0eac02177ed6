// motifs cluster, choose, logo and convert.
#pragma once
#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/io/file_names.hpp>
#include <explainn/motif/choose.hpp>
#include <explainn/motif/cluster.hpp>
#include <explainn/motif/logo.hpp>

#include "motifs/files.hpp"

namespace motifs_program {

struct cluster_settings {
    std::vector<std::string> motifs;
    std::string out, method = "average", to;
    double distance = 0.5;
    std::size_t min_overlap = 5, threads = 0, count = 0;
    bool both = false, probability = false, min_overlap_given = false;
    motif_reading reading;
};

/// Writes clusters.tsv, clusters.meme and tree.nwk.
inline void write_clusters(fs::path const& folder, ex::motif_set const& set, ex::motif_clusters const& c)
{
    make_folder(folder);
    std::string table = "motif\tcluster\n";
    std::vector<std::string> names;
    for (std::size_t i = 0; i < set.motifs.size(); ++i) {
        table += ex::table_field(set.motifs[i].name) + '\t' + std::to_string(c.labels[i] + 1) + '\n';
        names.push_back(set.motifs[i].name);
    }
    ex::motif_set archetypes{{}, set.letters, set.strands};
    for (std::size_t k = 0; k < c.count(); ++k) {
        ex::motif m = c.archetypes[k];
        m.alternative_name = m.alternative_name.empty() ? m.name : m.alternative_name;
        m.name = "cluster_" + std::to_string(k + 1);
        m.notes.clear();
        archetypes.motifs.push_back(std::move(m));
    }
    write_text(folder / "clusters.tsv", table);
    write_text(folder / "clusters.meme", ex::meme_text(archetypes));
    // iterative merging stops before there is one tree: one line a cluster
    std::string trees;
    if (c.tree.joins.size() + 1 == c.tree.leaves) trees = ex::newick(c.tree, names);
    else
        for (auto const& part : ex::parts(c.tree)) {
            std::vector<std::string> of_part;
            of_part.reserve(part.leaves.size());
            for (std::size_t const leaf : part.leaves) of_part.push_back(names[leaf]);
            trees += ex::newick(part.tree, of_part);
        }
    write_text(folder / "tree.nwk", trees);
}

inline void run_cluster(cluster_settings const& s)
{
    for (auto const* name : {"clusters.tsv", "clusters.meme", "tree.nwk"})
        require_own_output(fs::path{s.out} / name, s.motifs);
    ex::motif_set const set = read_all(s.motifs, s.reading);
    if (set.rna) std::cerr << "warning: motifs of RNA are clustered by both strands, as DNA's\n";
    ex::require_unique_names(set);
    if (s.min_overlap_given) warn_of_narrow_motifs(s.min_overlap, set.motifs, "motifs");
    ex::cluster_options options;
    options.how = static_cast<ex::clustering>(
        std::find(ex::clustering_names.begin(), ex::clustering_names.end(), s.method) -
        ex::clustering_names.begin());
    options.distance = s.distance;
    options.min_overlap = s.min_overlap;
    options.threads = s.threads;
    write_clusters(s.out, set, ex::cluster_motifs(set.motifs, options));
}

inline void run_choose(cluster_settings const& s)
{
    require_own_output(s.out, s.motifs);
    ex::motif_set const set = read_all(s.motifs, s.reading);
    ex::motif_set chosen{{}, set.letters, set.strands};
    for (std::size_t const i : ex::choose_diverse(set.motifs, s.count, s.threads))
        chosen.motifs.push_back(set.motifs[i]);
    write_text(s.out, ex::meme_text(chosen));
}

/// One SVG per motif, named after it as file_names does; the files' names in the order of the motifs.
inline std::vector<std::string> write_logos(fs::path const& folder, std::vector<ex::motif> const& motifs,
                                            ex::logo_options options)
{
    make_folder(folder);
    std::vector<std::string> files;
    ex::file_names names;
    for (ex::motif const& m : motifs) {
        files.push_back(names.next(m.name) + ".svg");
        options.style.title = m.alternative_name.empty() ? m.name : m.name + " " + m.alternative_name;
        write_text(folder / files.back(), ex::motif_logo(m, options));
        if (interrupted()) throw interruption{"interrupted"};
    }
    return files;
}

inline void run_logo(cluster_settings const& s)
{
    ex::motif_set const set = read_all(s.motifs, s.reading);
    ex::logo_options options;
    options.both_strands = s.both;
    if (s.probability) options.scale = ex::logo_scale::probability;
    write_logos(s.out, set.motifs, options);
}

inline void run_convert(cluster_settings const& s)
{
    require_own_output(s.out, s.motifs);
    static std::map<std::string, ex::motif_format> const formats{{"meme", ex::motif_format::meme},
                                                                 {"jaspar", ex::motif_format::jaspar},
                                                                 {"transfac", ex::motif_format::transfac},
                                                                 {"homer", ex::motif_format::homer}};
    ex::motif_set const set = read_all(s.motifs, s.reading);
    if (set.rna && s.to != "meme")
        std::cerr << "warning: the motifs are RNA, and " << s.to
                  << " is written with T for U: who reads it takes it for DNA (--to meme keeps U)\n";
    write_text(s.out, ex::motif_text(set, formats.at(s.to)));
}

inline void add_cluster(CLI::App& app)
{
    auto const s = std::make_shared<cluster_settings>();
    CLI::App* const c = app.add_subcommand("cluster", "group motifs that are alike");
    c->add_option("motifs", s->motifs, "motif files")->required();
    c->add_option("--out", s->out, "folder for clusters.tsv, clusters.meme and tree.nwk")->required();
    c->add_option("--method", s->method, "average or complete linkage, or iterative merging")
        ->check(CLI::IsMember({"average", "complete", "iterative"}));
    c->add_option("--distance", s->distance, "clusters are cut at this distance, 1 - normalized correlation")
        ->check(in_range(0.0, 2.0));
    c->add_option("--min-overlap", s->min_overlap, "least aligned columns; a narrower motif overlaps in full")
        ->check(in_range(1, 1000));
    c->add_option("--threads", s->threads, "0 = all cores")->check(in_range(0, 1024));
    add_motif_reading(*c, s->reading);
    c->callback([s, c] {
        s->min_overlap_given = c->count("--min-overlap") > 0;
        run_cluster(*s);
    });
}

inline void add_choose(CLI::App& app)
{
    auto const s = std::make_shared<cluster_settings>();
    s->out = "-";
    CLI::App* const c = app.add_subcommand("choose", "choose motifs that differ most from one another");
    c->add_option("motifs", s->motifs, "motif files")->required();
    c->add_option("--count", s->count, "how many")->required()->check(in_range(1, 1000000));
    c->add_option("--threads", s->threads, "0 = all cores")->check(in_range(0, 1024));
    c->add_option("--out", s->out, "MEME file to write (- is standard output)");
    add_motif_reading(*c, s->reading);
    c->callback([s] { run_choose(*s); });
}

inline void add_logo(CLI::App& app)
{
    auto const s = std::make_shared<cluster_settings>();
    CLI::App* const c = app.add_subcommand("logo", "draw each motif as an SVG");
    c->add_option("motifs", s->motifs, "motif files")->required();
    c->add_option("--out", s->out,
                  "folder for the SVG files, one named after each motif (a motif whose name is taken gets "
                  "_2, _3, ...)")
        ->required();
    c->add_flag("--both-strands", s->both, "the reverse complement beside the motif");
    c->add_flag("--probability", s->probability, "stacks of equal height instead of information content");
    add_motif_reading(*c, s->reading);
    c->callback([s] { run_logo(*s); });
}

inline void add_convert(CLI::App& app)
{
    auto const s = std::make_shared<cluster_settings>();
    s->out = "-";
    CLI::App* const c = app.add_subcommand("convert", "write motifs in another format");
    c->add_option("motifs", s->motifs, "motif file of any format (- is standard input)")->required();
    c->add_option("--to", s->to, "meme, jaspar, transfac or homer")
        ->required()
        ->check(CLI::IsMember({"meme", "jaspar", "transfac", "homer"}));
    c->add_option("--out", s->out, "file to write (- is standard output)");
    add_motif_reading(*c, s->reading);
    c->callback([s] { run_convert(*s); });
}

} // namespace motifs_program
