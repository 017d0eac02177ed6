// What motifs does without an argument: a model's filters beside JASPAR, in a folder to look at.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "common/example_data.hpp"
#include "motifs/cluster.hpp"
#include "motifs/compare.hpp"
#include <explainn/core/sort_places.hpp>

namespace motifs_program {

inline void run_demo()
{
    fs::path const data = example_data(), folder = "motifs_demo";
    compare_settings s;
    s.query = (data / "explainn_filters.meme.gz").string();
    s.targets = {(data / "JASPAR2020_CORE_vertebrates_non-redundant.meme.gz").string()};
    auto const r = run_comparison(s);
    auto const names = ex::annotate(r.table, r.targets.motifs);
    make_folder(folder);
    write_text(folder / "compare.tsv", tomtom_text(r, 0.05, false));
    auto const clusters = ex::cluster_motifs(r.targets.motifs);
    write_clusters(folder / "jaspar", r.targets, clusters);
    auto const filter_clusters = ex::cluster_motifs(r.queries.motifs);
    write_clusters(folder / "filters", r.queries, filter_clusters);
    ex::logo_options logo;
    logo.both_strands = true;
    auto const files = write_logos(folder / "logos", r.queries.motifs, logo);

    std::vector<std::size_t> order(names.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    ex::sort_places(order, [&](std::size_t a, std::size_t b) { return names[a].q < names[b].q; });
    std::string page =
        "<!doctype html><meta charset=\"utf-8\"><title>Filters and what they look like</title>\n"
        "<style>body{font:15px sans-serif;margin:2em}td{padding:4px 16px 4px 0;vertical-align:middle}"
        "img{height:90px}</style>\n<h1>100 filters of an ExplaiNN, the clearest first</h1>\n"
        "<p>Names of JASPAR 2020 profiles (CC BY 4.0) with q at most 0.05, by Tomtom's "
        "statistics.</p>\n<table>\n";
    for (std::size_t const i : order) {
        std::string const& id = r.queries.motifs[i].name;
        page += "<tr><td>" + ex::detail::xml_text(id) + "<td><img alt=\"logo of " + ex::detail::xml_text(id) +
                "\" src=\"logos/" + files[i] + "\"><td>" + ex::detail::xml_text(names[i].names) + "<td>" +
                (names[i].names.empty() ? std::string{} : "q = " + ex::number_text(names[i].q, 2)) + "\n";
    }
    write_text(folder / "index.html", page + "</table>\n");
    auto const named = static_cast<std::size_t>(
        std::count_if(names.begin(), names.end(), [](auto const& n) { return !n.names.empty(); }));
    std::printf("%zu filters against %zu JASPAR profiles: %zu have a match with q <= 0.05, of %zu clusters "
                "of profiles.\n",
                names.size(), r.targets.motifs.size(), named, ex::recovered_modes(r.table, clusters.labels));
    std::printf("%zu profiles form %zu clusters, the filters %zu.\n\n", r.targets.motifs.size(),
                clusters.count(), filter_clusters.count());
    std::printf("%-10s %-9s %s\n", "filter", "q", "looks like");
    for (std::size_t k = 0; k < std::min<std::size_t>(10, order.size()); ++k)
        std::printf("%-10s %-9.2g %s\n", r.queries.motifs[order[k]].name.c_str(), names[order[k]].q,
                    names[order[k]].names.c_str());
    std::printf(
        "\nLook at motifs_demo/index.html; compare.tsv, jaspar/, filters/ and logos/ lie beside it.\n");
}

} // namespace motifs_program
