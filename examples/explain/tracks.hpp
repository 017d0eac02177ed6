// explain tracks: the logits of a model along a genome, as bigWig and bedGraph.
#pragma once
#include <memory>
#include <string>

#include "explain/model.hpp"

#if __has_include(<htslib/faidx.h>) && __has_include(<bigWig.h>)
#include <filesystem>
#include <utility>
#include <vector>

#include <explainn/genome/bed_file.hpp>
#include <explainn/genome/bigwig.hpp>
#include <explainn/genome/genome.hpp>
#include <explainn/interpret/genome_tracks.hpp>
#include <explainn/io/file_names.hpp>
#endif

namespace explain_program {

struct tracks_options : model_options {
    std::string regions, genome;
    std::size_t stride = 50;
    bool bedgraph = false, overwrite = false;
};

#if __has_include(<htslib/faidx.h>) && __has_include(<bigWig.h>)

/// A folder that is made, and taken away again where nothing was written into it.
class made_folder {
public:
    explicit made_folder(std::filesystem::path path) : path_{std::move(path)}
    {
        std::error_code code;
        made_ = std::filesystem::create_directories(path_, code);
        if (code || !std::filesystem::is_directory(path_, code))
            throw ex::error{path_.string() + ": cannot be made a folder: " +
                            (code ? code.message() : std::string{"a file of this name is there"})};
    }
    made_folder(made_folder const&) = delete;
    made_folder& operator=(made_folder const&) = delete;
    ~made_folder()
    {
        std::error_code code;
        if (made_) std::filesystem::remove(path_, code); // only an empty one can be
    }

private:
    std::filesystem::path path_;
    bool made_ = false;
};

inline void run_tracks(tracks_options const& o)
{
    namespace fs = std::filesystem;
    if (o.out == "-") throw ex::error{"--out: expected a folder for the tracks, found standard output"};
    opened m = open(o);
    ex::genome g{o.genome};
    auto const regions = ex::merged(o.regions.empty() ? ex::whole_contigs(g.contigs())
                                                      : ex::read_regions(o.regions, g.contigs()),
                                    g.contigs());
    std::vector<std::string> names;
    ex::file_names unique;
    std::vector<shared::given_path> outputs;
    for (auto const& task : m.tasks()) {
        names.push_back(unique.next(task));
        for (char const* ending : {".bw", ".bedGraph"})
            if (ending == std::string{".bw"} || o.bedgraph)
                outputs.push_back({"--out", fs::path{o.out} / (names.back() + ending)});
    }
    shared::require_own_files(outputs,
                              {{"--model", o.model}, {"--regions", o.regions}, {"--genome", o.genome}});
    std::error_code code;
    for (auto const& each : outputs)
        if (!o.overwrite && fs::exists(each.path, code))
            throw ex::error{each.path.string() +
                            ": expected no such file yet, found one; --overwrite replaces it"};
    made_folder const folder{o.out};
    std::vector<std::unique_ptr<ex::bigwig_writer>> tracks;
    std::vector<std::unique_ptr<ex::output_file>> texts;
    for (auto const& name : names) {
        tracks.push_back(std::make_unique<ex::bigwig_writer>(fs::path{o.out} / (name + ".bw"), g.contigs()));
        if (o.bedgraph)
            texts.push_back(std::make_unique<ex::output_file>(fs::path{o.out} / (name + ".bedGraph")));
    }
    std::size_t cells = 0;
    ex::walk_genome(m.model, g, regions, {.stride = o.stride, .both_strands = o.strands()},
                    [&](ex::track_batch const& some) {
                        if (interrupted()) throw interruption{"interrupted; nothing was written"};
                        auto const outputs_of_cell = static_cast<std::size_t>(some.outputs);
                        for (std::size_t i = 0; i < some.cells.size(); ++i) {
                            auto const& cell = some.cells[i];
                            for (std::size_t t = 0; t < tracks.size(); ++t) {
                                float const value = some.logits[i * outputs_of_cell + t];
                                tracks[t]->add(cell.contig, cell.start, cell.end, value);
                                if (o.bedgraph)
                                    *texts[t] << g.contigs()[cell.contig].name << '\t'
                                              << std::to_string(cell.start) << '\t'
                                              << std::to_string(cell.end) << '\t' << ex::float_text(value)
                                              << '\n';
                            }
                        }
                        cells += some.cells.size();
                    });
    if (cells == 0) throw ex::error{o.genome + ": expected bases other than N in the regions, found none"};
    for (auto& each : texts) each->commit();
    for (auto& each : tracks) each->commit();
    std::cerr << cells << " places of " << regions.size() << " regions in " << tracks.size() << " tracks in "
              << o.out << '\n';
}

#else

inline void run_tracks(tracks_options const&)
{
    throw ex::error{
        "this program was built without htslib or libBigWig (packages libhts-dev, libbigwig-dev), which "
        "read genomes and write tracks"};
}

#endif

inline void add_tracks(CLI::App& app)
{
    auto const o = std::make_shared<tracks_options>();
    CLI::App* const c =
        app.add_subcommand("tracks", "logits along a genome: FOLDER/TASK.bw for every task (bigWig)");
    add_model(*c, *o, "folder to write into, made where it is not there");
    c->add_option("--genome", o->genome, "FASTA (plain or bgzip are read in place) or 2bit")->required();
    c->add_option("--regions", o->regions, "BED of the regions to read (default: all contigs, whole)");
    c->add_option(
         "--stride", o->stride,
         "bases that share a value, the logit of the window around their middle; contigs are cut into such "
         "cells from their first base on")
        ->check(in_range(1, 1000000));
    c->add_flag("--bedgraph", o->bedgraph, "also FOLDER/TASK.bedGraph (default: no)");
    c->add_flag("--overwrite", o->overwrite, "replace tracks that are there (default: no)");
    c->callback([o] { run_tracks(*o); });
}

} // namespace explain_program
