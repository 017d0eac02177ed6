// prepare cells: accessibility of peaks by clusters of cells.
#pragma once
#include "prepare/free_folder.hpp"
#include "prepare/output.hpp"

#if __has_include(<htslib/faidx.h>)
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/pool.hpp>
#include <explainn/genome/contig_names.hpp>
#include <explainn/genome/genome.hpp>
#include <explainn/io/open_cell_matrix.hpp>
#include <explainn/prepare/cell_peaks.hpp>
#include <explainn/prepare/cells.hpp>
#include <explainn/prepare/k_means.hpp>
#include <explainn/prepare/latent_cells.hpp>
#include <explainn/prepare/peaks.hpp>
#include <explainn/prepare/region_bases.hpp>

#include "prepare/split.hpp"
#endif

namespace prepare_program {

#if __has_include(<htslib/faidx.h>)

struct cells_options : output_options {
    std::string matrix, clusters, cluster_column, peaks, genome, contig_names, values = "normalised";
    std::uint64_t length = 0;
    std::size_t groups = 0, dimensions = 20;
    double max_n = 0.1, open = 0;
    int threads = 0;
    split_options split;
};

/// Another matrix whose entries are counted while they are read: between is called with how many there were.
class watched_matrix : public ex::cell_matrix {
public:
    watched_matrix(std::unique_ptr<ex::cell_matrix> inner, std::function<void(std::size_t)> between)
        : cell_matrix{inner->path()}, inner_{std::move(inner)}, between_{std::move(between)}
    {
        peaks_ = inner_->peaks();
        barcodes_ = inner_->barcodes();
        peak_names_ = inner_->peak_names();
    }
    void each(sink const& to) const override
    {
        std::size_t entries = 0;
        inner_->each([&](std::span<ex::cell_entry const> some) {
            between_(entries += some.size());
            to(some);
        });
    }
    std::vector<std::string> cell_column(std::string const& name) const override
    {
        return inner_->cell_column(name);
    }

private:
    std::unique_ptr<ex::cell_matrix> inner_;
    std::function<void(std::size_t)> between_;
};

/// From a matrix of peaks by cells to a folder of sequences and accessibilities.
class cells_run {
public:
    cells_run(cells_options const& o, CLI::App const& c) : o_{o}
    {
        how_ = {.command = "prepare cells", .seed = o.seed, .options = options_of(c)};
    }

    void run()
    {
        check_options();
        steps_.begin("clusters");
        matrix_ =
            std::make_unique<watched_matrix>(ex::open_cell_matrix(o_.matrix), [this](std::size_t count) {
                stop_if_interrupted();
                steps_.so_far(count, "numbers of the matrix");
            });
        ex::genome genome{o_.genome};
        find_clusters();
        ex::prepared_folder out{o_.out, clusters_.names, o_.files()};
        steps_.end(std::to_string(clusters_.names.size()) + " clusters of " +
                   std::to_string(matrix_->cells()) + " cells");
        steps_.begin("means");
        auto const peaks = ex::peaks_of_matrix(*matrix_, o_.peaks);
        stop_if_interrupted();
        means_ = ex::mean_accessibility(*matrix_, clusters_, values());
        count_cells();
        steps_.end(std::to_string(matrix_->peaks()) + " peaks, " + std::to_string(means_.entries) +
                   " numbers above 0");
        steps_.begin("sequences");
        ex::dataset const data = sequences_of(peaks, genome);
        steps_.end(std::to_string(data.size()) + " sequences");
        steps_.begin("split");
        made_split const split = split_of(data, o_.split, o_.seed, [this](double share) {
            stop_if_interrupted();
            steps_.at(share);
        });
        how_.counts.emplace_back("split", split.counts);
        steps_.end(split.text);
        steps_.begin("writing");
        write(data, split, out);
        steps_.end(std::to_string(data.size()) + " sequences in " + o_.out);
        steps_.print();
    }

private:
    void check_options()
    {
        if (o_.clusters.empty() == (o_.groups == 0))
            throw ex::error{"expected either --clusters or --groups, found " +
                            std::string{o_.clusters.empty() ? "neither" : "both"}};
        if (o_.open > 0 && o_.values != "binarised")
            throw ex::error{"--open: expected --values binarised with it, found " + o_.values};
        how_.inputs.emplace_back("MATRIX", o_.matrix);
        if (!o_.clusters.empty() && !by_column()) how_.inputs.emplace_back("--clusters", o_.clusters);
        if (!o_.peaks.empty()) how_.inputs.emplace_back("--peaks", o_.peaks);
        how_.inputs.emplace_back("--genome", o_.genome);
        if (!o_.contig_names.empty()) how_.inputs.emplace_back("--contig-names", o_.contig_names);
        std::vector<shared::given_path> inputs;
        inputs.reserve(how_.inputs.size());
        for (auto const& [option, path] : how_.inputs) inputs.push_back({option, path});
        require_free(o_, inputs);
    }
    bool by_column() const { return o_.clusters.starts_with("obs:"); }
    ex::cell_values values() const
    {
        return o_.values == "binarised" ? ex::cell_values::binarised
               : o_.values == "counts"  ? ex::cell_values::counts
                                        : ex::cell_values::normalised;
    }
    void find_clusters()
    {
        if (by_column()) clusters_ = ex::clusters_of_values(matrix_->cell_column(o_.clusters.substr(4)));
        else if (!o_.clusters.empty())
            clusters_ = ex::read_clusters(o_.clusters, matrix_->barcodes(), o_.cluster_column);
        else group_cells();
        if (clusters_.unknown > 0)
            std::cerr << "warning: " << o_.clusters << ": " << clusters_.unknown
                      << " cells are not in the matrix\n";
    }
    void group_cells()
    {
        auto const go_on = [this](double share) {
            stop_if_interrupted();
            steps_.at(share);
        };
        auto const where = ex::embed_cells(*matrix_, o_.dimensions, ex::seed{o_.seed},
                                           ex::thread_pool{ex::threads{o_.threads}}, go_on);
        auto const found = ex::k_means(where.points, where.dimensions, o_.groups, ex::seed{o_.seed}, go_on);
        clusters_.of_cell = found.group;
        for (std::size_t g = 0; g < o_.groups; ++g)
            clusters_.names.push_back("cluster" + std::to_string(g + 1));
    }
    void count_cells()
    {
        auto const without = static_cast<double>(
            std::count(clusters_.of_cell.begin(), clusters_.of_cell.end(), ex::cell_clusters::none));
        how_.counts.emplace_back(
            "cells", std::vector<std::pair<std::string, double>>{
                         {"in the matrix", static_cast<double>(matrix_->cells())},
                         {"left out: no cluster", without},
                         {"in which no peak is open", static_cast<double>(means_.empty_cells)},
                         {"of the clusters and not in the matrix", static_cast<double>(clusters_.unknown)}});
        std::vector<std::pair<std::string, double>> sizes;
        for (std::size_t c = 0; c < clusters_.names.size(); ++c)
            sizes.emplace_back(clusters_.names[c], static_cast<double>(means_.sizes[c]));
        how_.counts.emplace_back("cells of clusters", std::move(sizes));
    }
    ex::dataset sequences_of(std::vector<ex::bed_interval> const& peaks, ex::genome& genome)
    {
        ex::contig_renames const renames =
            o_.contig_names.empty() ? ex::contig_renames{} : ex::read_contig_names(o_.contig_names);
        std::filesystem::path const named_in = o_.peaks.empty() ? o_.matrix : o_.peaks;
        std::size_t const width = clusters_.names.size();
        double unknown = 0, beyond = 0, twice = 0, closed = 0, with_n = 0;
        std::set<std::pair<std::size_t, std::uint64_t>> seen;
        ex::packed_sequences sequences;
        ex::label_matrix labels{width};
        std::vector<float> row(width);
        for (std::size_t i = 0; i < peaks.size(); ++i) {
            if (i % 4096 == 0) stop_if_interrupted();
            ex::bed_interval const& each = peaks[i];
            auto const contig = ex::contig_in(genome.contigs(), each.contig, renames, named_in, each.line);
            if (!contig) {
                ++unknown;
                continue;
            }
            auto const place = ex::around(*contig, each.start + each.length() / 2, o_.length,
                                          genome.contigs()[*contig].length);
            if (!place) {
                ++beyond;
                continue;
            }
            for (std::size_t c = 0; c < width; ++c) {
                double const mean = means_.means[i * width + c];
                row[c] = o_.open > 0 ? (mean >= o_.open ? 1.f : 0.f) : static_cast<float>(mean);
            }
            double const* const of_peak = means_.means.data() + i * width;
            if (std::all_of(of_peak, of_peak + width, [](double x) { return x == 0; })) {
                ++closed;
                continue;
            }
            ex::stranded_region const region{static_cast<std::uint32_t>(*contig), place->start, place->end,
                                             '.'};
            std::string const bases = ex::bases_of(region, genome);
            if (ex::count_bases(bases).n > o_.max_n * static_cast<double>(o_.length)) {
                ++with_n;
                continue;
            }
            if (!seen.emplace(*contig, place->start).second) {
                ++twice;
                continue;
            }
            sequences.append(ex::name_of(region, genome.contigs(), false), bases);
            labels.append(row);
        }
        how_.counts.emplace_back("peaks", std::vector<std::pair<std::string, double>>{
                                              {"in the matrix", static_cast<double>(peaks.size())},
                                              {"left out: unknown contig", unknown},
                                              {"left out: beyond its contig", beyond},
                                              {"left out: open in no cell", closed},
                                              {"left out: too many N", with_n},
                                              {"left out: same region as before", twice}});
        for (auto const& [name, count] : how_.counts.back().second)
            if (count > 0 && name.starts_with("left out")) std::cerr << name << ": " << count << '\n';
        if (sequences.empty())
            throw ex::input_error{named_in, 0, "peaks that stay",
                                  "none of " + std::to_string(peaks.size()) + " (" +
                                      ex::number_text(unknown) + " on contigs that " + o_.genome +
                                      " does not have)"};
        return {std::move(sequences), clusters_.names, std::move(labels)};
    }
    void write(ex::dataset const& data, made_split const& split, ex::prepared_folder& out)
    {
        std::vector<ex::letter> letters(data.length());
        std::vector<float> row(data.outputs());
        for (std::size_t i = 0; i < data.size(); ++i) {
            if (i % 4096 == 0) stop_if_interrupted();
            data.letters_of(i, letters);
            data.labels_of(i, row);
            out.add(data.name(i), std::span<ex::letter const>{letters}, row);
        }
        if (split.rows) ex::write_split(out.file("split.tsv"), data.sequences(), *split.rows);
        auto& cells = out.file("clusters.tsv.gz");
        cells << "cell\tcluster\n";
        for (std::size_t i = 0; i < clusters_.of_cell.size(); ++i)
            if (clusters_.of_cell[i] != ex::cell_clusters::none)
                cells << ex::table_field(matrix_->barcodes()[i]) + '\t' +
                             ex::table_field(clusters_.names[clusters_.of_cell[i]]) + '\n';
        stop_if_interrupted();
        out.close(how_);
    }

    cells_options const& o_;
    ex::preparation how_;
    steps steps_{peak_since::step_began};
    std::unique_ptr<ex::cell_matrix> matrix_;
    ex::cell_clusters clusters_;
    ex::cluster_means means_;
};

#endif

inline void add_cells(CLI::App& app)
{
    CLI::App* const c =
        app.add_subcommand("cells", "accessibility of peaks by clusters of cells (single-cell ATAC)");
#if __has_include(<htslib/faidx.h>)
    auto const o = std::make_shared<cells_options>();
    c->add_option(
         "matrix", o->matrix,
         "peaks by cells: a folder with matrix.mtx, barcodes.tsv and peaks.bed (Cell Ranger), 10x HDF5, or "
         "AnnData h5ad")
        ->required();
    c->add_option("--clusters", o->clusters,
                  "table of cells and clusters; obs:NAME is a column of an h5ad file's cells");
    c->add_option("--cluster-column", o->cluster_column, "the column of clusters by its name in the header");
    c->add_option("--groups", o->groups,
                  "instead: so many clusters found by latent semantic indexing and k-means (0: none)")
        ->check(in_range(0, 1000));
    c->add_option("--dimensions", o->dimensions, "of the cells for --groups")->check(in_range(1, 200));
    c->add_option("--peaks", o->peaks,
                  "BED of the matrix's peaks, in its order (none: the matrix names them)");
    c->add_option("--genome", o->genome, "FASTA (plain or bgzip are read in place) or 2bit")->required();
    c->add_option("--contig-names", o->contig_names,
                  "table of the peaks' names of contigs and the genome's, where these differ");
    c->add_option("--length", o->length, "bases of a sequence, around the middle of its peak")
        ->required()
        ->check(in_range(std::uint64_t{1}, std::uint64_t{1000000}));
    c->add_option("--max-n", o->max_n, "sequences with a larger share of N are left out")
        ->check(in_range(0.0, 1.0));
    c->add_option("--values", o->values,
                  "the mean over the cells of a cluster of counts by the cell's depth, of 1 where a peak is "
                  "open, or of "
                  "counts")
        ->check(CLI::IsMember({"normalised", "binarised", "counts"}));
    c->add_option(
         "--open", o->open,
         "labels 1 and 0: whether a peak is open in such a share of a cluster's cells (0: the shares "
         "themselves; with --values binarised)")
        ->check(in_range(0.0, 1.0));
    add_split(*c, o->split);
    add_output(*c, *o);
    c->add_option("--threads", o->threads,
                  "threads, 0: as many as this process may use; results do not depend on it")
        ->check(in_range(0, 1024));
    c->callback([c, o] { cells_run{*o, *c}.run(); });
#else
    c->callback([] {
        throw ex::error{"this program was built without htslib (package libhts-dev), which reads genomes"};
    });
#endif
}

} // namespace prepare_program
