// prepare regions: sequences and labels from peaks and a genome.
#pragma once
#include <memory>
#include <string>

#include "prepare/output.hpp"

#if __has_include(<htslib/faidx.h>)
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <explainn/core/pool.hpp>
#include <explainn/genome/contig_names.hpp>
#include <explainn/genome/genome.hpp>
#include <explainn/genomics/kmer_shuffle.hpp>
#include <explainn/genomics/shuffle.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/join_datasets.hpp>
#include <explainn/io/split_file.hpp>
#if __has_include(<hdf5.h>)
#include <explainn/io/hdf5_writer.hpp>
#endif
#include <explainn/prepare/matched_windows.hpp>
#include <explainn/prepare/region_bases.hpp>
#include <explainn/prepare/region_labels.hpp>
#include <explainn/prepare/region_signals.hpp>

#include "prepare/peak_sets.hpp"
#include "prepare/split.hpp"
#endif

namespace prepare_program {

#if __has_include(<htslib/faidx.h>)

struct regions_options : output_options {
    peak_options peaks;
    std::string genome, contig_names, candidates, counts, negatives = "gc";
    std::vector<std::string> exclude, signals;
    ex::region_rules rules;
    std::string label_by = "centre", replicates = "any", summary = "mean", transform = "none",
                uncovered = "zero";
    double share = 0.5, ratio = 1, max_n = 0.1;
    std::optional<std::uint64_t> reach;
    int shuffle_words = 2, threads = 0;
    bool ratio_given = false, hdf5 = false;
    split_options split;

    /// How far a peak reaches at least: so far that a region is 1 for every peak that was merged into it.
    std::uint64_t least_reach() const { return reach.value_or(std::max(rules.length / 4, rules.merge)); }
    /// Whether labels are numbers of regions, and not whether peaks lie on them.
    bool by_values() const { return !signals.empty() || !counts.empty(); }
};

/// What one run holds: everything that is read and made, in the order of its steps.
///
///     regions_run run{options, {.command = "prepare regions", .seed = 1}};
///     run.run();
class regions_run {
public:
    /// Before any work: `how` is the command and its options. Throws error for options that mean nothing
    /// together, and where a result would replace a file that is read.
    regions_run(regions_options const& o, ex::preparation how) : o_{o}, how_{std::move(how)}
    {
        set_option("--negatives", o.negatives);
        set_option("--reach", std::to_string(o.least_reach()));
        check_options();
        list_inputs();
    }

    /// From files to a folder of prepared data.
    void run()
    {
        read();
        // before hours of work: may the folder be written?
        ex::prepared_folder out{o_.out, tasks(), o_.files()};
        make();
        make_parts();
        write(out);
        say_what_was_left_out();
        steps_->print();
    }
    /// From files to data and their parts, in memory: the same data as run() writes. Throws error where
    /// there are too few sequences for parts. The steps are told to `to`, which prints them when it likes.
    ex::split_dataset in_memory(steps& to)
    {
        steps_ = &to;
        read();
        make();
        make_parts();
        if (!split_.rows) throw ex::error{"expected sequences enough for a split, found " + split_.text};
        say_what_was_left_out();
        return {*data_, *split_.rows};
    }
    /// The same data without parts; nothing is asked of their number.
    ex::dataset without_parts(steps& to)
    {
        steps_ = &to;
        read();
        make();
        say_what_was_left_out();
        return std::move(*data_);
    }
    /// Writes what in_memory() made into the folder of the options.
    void write()
    {
        ex::prepared_folder out{o_.out, tasks(), o_.files()};
        write(out);
    }
    /// Every file that is read, by the option that names it.
    std::vector<std::pair<std::string, std::filesystem::path>> const& inputs() const { return how_.inputs; }

private:
    void read()
    {
        steps_->begin("genome");
        genome_.emplace(o_.genome);
        if (!o_.contig_names.empty()) renames_ = ex::read_contig_names(o_.contig_names);
        steps_->end(counted(genome_->contigs().size(), "contig"));
        steps_->begin("peaks");
        if (o_.counts.empty()) sets_ = read_peak_sets(o_.peaks, contigs(), renames_);
        else read_table();
        steps_->end(counted(sets_.counts.read, "peak") + " of " + counted(sets_.tasks.size(), "task"));
        if (o_.counts.empty()) take_signal_names();
    }
    void make()
    {
        steps_->begin("regions");
        make_regions();
        steps_->end(counted(regions_.size(), "region"));
        steps_->begin("negatives");
        std::size_t const positives = regions_.size();
        make_negatives();
        steps_->end(counted(sequences_.size() - positives, "sequence"));
        if (o_.by_values()) {
            steps_->begin("values");
            read_values();
            steps_->end(counted(tasks().size(), "task"));
        }
        count_labels();
        data_.emplace(std::move(sequences_), tasks(), std::move(labels_));
    }
    void make_parts()
    {
        steps_->begin("split");
        split_ = split_of(*data_, o_.split, o_.seed, [this](double share) { go_on(share); });
        how_.counts.emplace_back("split", split_.counts);
        steps_->end(split_.text);
    }
    void write(ex::prepared_folder& out)
    {
        steps_->begin("writing");
        write_rows(*data_, out);
        if (split_.rows) ex::write_split(out.file("split.tsv"), data_->sequences(), *split_.rows);
        if (o_.hdf5) write_hdf5(out, *data_, split_);
        stop_if_interrupted();
        out.close(how_);
        steps_->end(counted(data_->size(), "sequence") + " in " + o_.out);
    }
    // what runs long stops here where it is told to, and says how far it is
    void go_on(double share)
    {
        stop_if_interrupted();
        steps_->at(share);
    }
    // the value that an option of no fixed default comes to
    void set_option(std::string_view name, std::string const& value)
    {
        for (auto& each : how_.options)
            if (each.name == name) each.values = {value};
    }
    ex::contig_list const& contigs() const { return genome_->contigs(); }
    std::vector<std::string> const& tasks() const { return o_.signals.empty() ? sets_.tasks : signal_names_; }

    void list_inputs()
    {
        for (auto const& each : o_.peaks.files)
            how_.inputs.emplace_back("--peaks", named_file_of(each, "--peaks").file);
        if (!o_.counts.empty()) how_.inputs.emplace_back("--counts", o_.counts);
        how_.inputs.emplace_back("--genome", o_.genome);
        for (auto const& each : o_.exclude) how_.inputs.emplace_back("--exclude", each);
        for (auto const& each : o_.signals)
            how_.inputs.emplace_back("--signal", named_file_of(each, "--signal").file);
        if (!o_.candidates.empty()) how_.inputs.emplace_back("--candidates", o_.candidates);
        if (!o_.contig_names.empty()) how_.inputs.emplace_back("--contig-names", o_.contig_names);
        if (is_file()) how_.inputs.emplace_back("--negatives", o_.negatives);
        std::vector<shared::given_path> inputs;
        inputs.reserve(how_.inputs.size());
        for (auto const& [option, path] : how_.inputs) inputs.push_back({option, path});
        shared::require_own_files(shared::results_in(o_.out, ex::prepared_names), inputs);
    }
    bool is_file() const
    {
        return o_.negatives != "gc" && o_.negatives != "dinucleotide" && o_.negatives != "none";
    }
    void take_signal_names()
    {
        for (auto const& each : o_.signals) {
            named_file const from = named_file_of(each, "--signal");
            signal_names_.push_back(from.name.empty() ? stem_of(from.file) : from.name);
        }
    }
    // what is asked for must have a meaning together
    void check_options() const
    {
        if (o_.peaks.files.empty() == o_.counts.empty())
            throw ex::error{"expected --peaks or --counts, found " +
                            std::string{o_.counts.empty() ? "neither" : "both"}};
        if (!o_.signals.empty() && !o_.counts.empty())
            throw ex::error{"expected --signal or --counts, found both"};
        if (!o_.counts.empty() && o_.negatives != "none")
            throw ex::error{
                "--negatives: expected none with --counts, which tells nothing of other regions; found " +
                ex::in_quotes(o_.negatives)};
        if (!o_.signals.empty() && o_.negatives != "gc" && o_.negatives != "none")
            throw ex::error{
                "--negatives: expected gc or none with --signal, for other negatives lie nowhere in "
                "the genome; found " +
                ex::in_quotes(o_.negatives)};
        if (!o_.candidates.empty() && o_.negatives != "gc")
            throw ex::error{"--candidates: expected --negatives gc, which takes windows there, found " +
                            ex::in_quotes(o_.negatives)};
    }
    void read_table()
    {
        table_ = ex::read_labels(o_.counts);
        std::vector<std::uint32_t> rows;
        sets_ = peaks_of_table(table_, o_.counts, contigs(), renames_, rows);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ex::peak const& p = sets_.peaks[i];
            row_at_.emplace(key_of(p.contig, p.centre, p.strand), rows[i]); // the first of several stays
        }
    }
    std::string key_of(std::uint32_t contig, std::uint64_t centre, char strand) const
    {
        return std::to_string(contig) + ':' + std::to_string(centre) + (o_.rules.stranded ? strand : '.');
    }

    ex::interval_set read_set(std::vector<std::string> const& files, std::vector<ex::region> all = {}) const
    {
        for (auto const& file : files)
            ex::each_interval(file, contigs(), renames_,
                              [&](ex::bed_interval const& each, std::size_t contig) {
                                  all.push_back({contig, each.start, each.end});
                              });
        return ex::interval_set{std::move(all)};
    }

    void make_regions()
    {
        auto const excluded = read_set(o_.exclude);
        ex::region_counts& counts = sets_.counts;
        auto found = ex::regions_around(sets_.peaks, contigs(), o_.rules, excluded, counts);
        ex::region_labels by_peaks{
            sets_.peaks,
            sets_.task_of_set,
            sets_.tasks.size(),
            {.rule = o_.label_by == "share" ? ex::label_rule::share : ex::label_rule::centre,
             .reach = o_.least_reach(),
             .share = o_.share,
             .replicates = o_.replicates == "all" ? ex::replicate_rule::all : ex::replicate_rule::any}};
        labels_ = ex::label_matrix{tasks().size()};
        std::vector<float> row(sets_.tasks.size());
        std::size_t unresolved = 0, n = 0;
        for (auto const& each : found) {
            if (n++ % 4096 == 0) go_on(number(n) / number(found.size()));
            std::string const bases = ex::bases_of(each, *genome_);
            auto const made_of = ex::count_bases(bases);
            if (static_cast<double>(made_of.n) > o_.max_n * static_cast<double>(bases.size()) ||
                made_of.n == bases.size()) {
                ++counts.too_many_n;
                continue;
            }
            if (!o_.by_values()) {
                by_peaks.labels_of(each, row);
                if (std::all_of(row.begin(), row.end(), [](float x) { return std::isnan(x); })) {
                    ++unresolved;
                    continue;
                }
                labels_.append(row);
            }
            sequences_.append(ex::name_of(each, contigs(), o_.rules.stranded), bases);
            regions_.push_back(each);
            classes_.push_back(*ex::class_of(made_of));
        }
        how_.counts.emplace_back("regions", std::vector<std::pair<std::string, double>>{
                                                {"peaks read", number(counts.read)},
                                                {"left out: unknown contig", number(counts.unknown_contig)},
                                                {"left out: beyond its contig", number(counts.beyond_contig)},
                                                {"left out: duplicate", number(counts.duplicate)},
                                                {"left out: merged into another", number(counts.merged)},
                                                {"left out: excluded", number(counts.excluded)},
                                                {"left out: too many N", number(counts.too_many_n)},
                                                {"left out: no label resolved", number(unresolved)},
                                                {"regions", number(regions_.size())}});
        if (regions_.empty())
            throw ex::error{"expected regions of " + std::to_string(o_.rules.length) +
                            " bases, found none: " + left_out()};
    }

    static double number(std::size_t n) { return static_cast<double>(n); }
    std::string left_out() const
    {
        std::string text;
        for (auto const& [name, count] : how_.counts.front().second)
            if (count > 0) text += (text.empty() ? "" : ", ") + ex::number_text(count) + ' ' + name;
        return text;
    }

    // how many negatives the positive number i has, so that all together have the ratio
    std::size_t copies(std::size_t i) const
    {
        auto const until = [&](std::size_t k) {
            return static_cast<std::size_t>(std::floor(number(k) * o_.ratio + 1e-9));
        };
        return until(i + 1) - until(i);
    }
    void add_negative(std::string const& name, std::span<ex::letter const> codes)
    {
        sequences_.append(name, codes);
        labels_.append(std::vector<float>(tasks().size(), 0.f));
    }
    void make_negatives()
    {
        counted_ = {};
        if (o_.negatives == "gc") match_negatives();
        else if (o_.negatives == "dinucleotide") shuffle_negatives();
        else if (o_.negatives != "none") read_negatives();
        how_.counts.emplace_back("negatives", counted_);
    }
    void match_negatives()
    {
        std::vector<ex::window_class> wanted;
        for (std::size_t i = 0; i < classes_.size(); ++i) wanted.insert(wanted.end(), copies(i), classes_[i]);
        auto const forbidden = read_set(o_.exclude, ex::covered_by(sets_.peaks, o_.rules.length));
        ex::matched_options how{.length = o_.rules.length,
                                .from = ex::seed{o_.seed},
                                .candidates = {},
                                .between = [this](double share) { go_on(share); }};
        if (!o_.candidates.empty()) how.candidates = read_set({o_.candidates});
        auto const found =
            ex::match_windows(wanted, forbidden, *genome_, how, ex::thread_pool{ex::threads{o_.threads}});
        for (auto each : found.windows) {
            if (o_.rules.stranded) each.strand = '+';
            sequences_.append(ex::name_of(each, contigs(), o_.rules.stranded), ex::bases_of(each, *genome_));
            if (!o_.by_values()) labels_.append(std::vector<float>(tasks().size(), 0.f));
            windows_.push_back(each);
        }
        counted_ = {{"wanted", number(found.wanted)},
                    {"found", number(found.windows.size())},
                    {"in candidates", number(found.in_candidates)},
                    {"matched in GC alone", number(found.by_gc_alone)}};
        if (found.windows.size() < found.wanted)
            std::cerr << "warning: the genome outside the peaks has " << found.windows.size() << " of the "
                      << found.wanted
                      << " windows that are wanted as negatives (of the GC of the others it has "
                      << "no more that do not overlap)\n";
    }
    void shuffle_negatives()
    {
        std::vector<ex::letter> codes(o_.rules.length), shuffled;
        std::size_t same = 0;
        std::size_t const positives = regions_.size();
        for (std::size_t i = 0; i < positives; ++i) {
            if (i % 4096 == 0) go_on(number(i) / number(positives));
            sequences_.unpack(i, codes);
            ex::random_numbers draw{ex::seed{o_.seed}, ex::stream::shuffles, static_cast<std::uint32_t>(i)};
            for (std::size_t copy = 1; copy <= copies(i); ++copy) {
                // a sequence that has no other shuffle is no negative of itself
                for (int attempt = 0; attempt < 10 && (attempt == 0 || shuffled == codes); ++attempt)
                    shuffled = o_.shuffle_words == 2 ? ex::dinucleotide_shuffle(codes, draw)
                                                     : ex::kmer_shuffle(codes, o_.shuffle_words, draw);
                if (shuffled == codes) ++same;
                else
                    add_negative("shuffle" + std::to_string(copy) + "::" + std::string{sequences_.name(i)},
                                 shuffled);
            }
        }
        counted_ = {{"left out: no shuffle but itself", number(same)}};
    }
    void read_negatives()
    {
        auto const theirs = ex::read_fasta(o_.negatives);
        std::size_t const length = o_.rules.length;
        std::vector<std::uint32_t> rows;
        std::size_t longer = 0;
        for (std::size_t i = 0; i < theirs.size(); ++i) {
            longer += theirs.length(i) > length ? 1 : 0;
            if (theirs.length(i) >= length) rows.push_back(static_cast<std::uint32_t>(i));
        }
        std::size_t const shorter = theirs.size() - rows.size();
        if (rows.empty())
            throw ex::input_error{o_.negatives, 0,
                                  "sequences of at least " + std::to_string(length) + " bases", "none"};
        auto const wanted = static_cast<std::size_t>(std::llround(number(regions_.size()) * o_.ratio));
        if (o_.ratio_given && rows.size() > wanted) {
            ex::random_numbers draw{ex::seed{o_.seed}, ex::stream::negatives};
            draw.shuffle(rows);
            rows.resize(wanted);
            std::sort(rows.begin(), rows.end());
        } else if (o_.ratio_given && rows.size() < wanted) {
            std::cerr << "warning: " << o_.negatives << " has " << rows.size() << " of the " << wanted
                      << " negatives that --ratio asks for\n";
        }
        ex::name_index names;
        auto const name_of = [this](std::size_t i) { return sequences_.name(i); };
        for (std::size_t i = 0; i < sequences_.size(); ++i) names.add(sequences_.name(i), i, name_of);
        std::vector<ex::letter> codes;
        for (std::uint32_t const row : rows) {
            std::string const name{theirs.name(row)};
            if (names.find(name, name_of) != ex::name_index::none)
                throw ex::input_error{o_.negatives, 0, "names that no region has", ex::in_quotes(name)};
            codes.resize(theirs.length(row));
            theirs.unpack(row, codes);
            add_negative(name, std::span{codes}.subspan((codes.size() - length) / 2, length));
        }
        counted_ = {{"read", number(theirs.size())},
                    {"left out: shorter", number(shorter)},
                    {"cut to the middle", number(longer)},
                    {"taken", number(rows.size())}};
    }

    // the numbers of every region, for each task
    void read_values()
    {
        std::vector<ex::stranded_region> places = regions_;
        places.insert(places.end(), windows_.begin(), windows_.end());
        auto const transform = o_.transform == "log"        ? ex::signal_transform::log
                               : o_.transform == "quantile" ? ex::signal_transform::quantile
                                                            : ex::signal_transform::none;
        std::vector<std::vector<float>> by_task;
        for (std::size_t t = 0; t < tasks().size(); ++t) {
            by_task.push_back(values_of(t, places));
            try {
                ex::transform_signal(by_task.back(), transform);
            } catch (ex::error const& e) {
                throw ex::error{"task " + ex::in_quotes(tasks()[t]) + ": " + e.what()};
            }
            go_on(number(t + 1) / number(tasks().size()));
        }
        std::vector<float> row(by_task.size());
        for (std::size_t i = 0; i < places.size(); ++i) {
            for (std::size_t t = 0; t < row.size(); ++t) row[t] = by_task[t][i];
            labels_.append(row);
        }
    }
    std::vector<float> values_of(std::size_t task, std::span<ex::stranded_region const> places) const
    {
        if (!o_.counts.empty()) {
            std::vector<float> out;
            for (auto const& r : places)
                out.push_back(
                    table_.at(row_at_.at(key_of(r.contig, r.start + o_.rules.length / 2, r.strand)), task));
            return out;
        }
#if __has_include(<bigWig.h>)
        return ex::signals_of(
            places, contigs(), named_file_of(o_.signals[task], "--signal").file,
            o_.summary == "max"   ? ex::signal_summary::max
            : o_.summary == "sum" ? ex::signal_summary::sum
                                  : ex::signal_summary::mean,
            o_.uncovered == "missing" ? ex::uncovered_bases::missing : ex::uncovered_bases::zero, renames_);
#else
        throw ex::error{
            "this program was built without libBigWig (package libbigwig-dev), which --signal needs"};
#endif
    }

    void count_labels()
    {
        std::vector<std::pair<std::string, double>> first, second, third;
        for (std::size_t t = 0; t < tasks().size(); ++t) {
            double ones = 0, zeros = 0, missing = 0, sum = 0;
            for (std::size_t i = 0; i < labels_.rows(); ++i) {
                float const x = labels_.at(i, t);
                missing += std::isnan(x) ? 1 : 0;
                ones += x == 1 ? 1 : 0;
                zeros += x == 0 ? 1 : 0;
                sum += std::isnan(x) ? 0. : static_cast<double>(x);
            }
            first.emplace_back(tasks()[t], o_.by_values() ? sum / number(labels_.rows()) : ones);
            second.emplace_back(tasks()[t], zeros);
            third.emplace_back(tasks()[t], missing);
        }
        how_.counts.emplace_back(o_.by_values() ? "mean of the labels" : "label 1", first);
        how_.counts.emplace_back("label 0", second);
        if (!o_.by_values()) how_.counts.emplace_back("label missing", third);
    }

    // regions are read again, so that letters keep their case; what lies nowhere is written in upper case
    void write_rows(ex::dataset const& data, ex::prepared_folder& out)
    {
        std::vector<float> row(tasks().size());
        std::vector<ex::letter> codes(o_.rules.length);
        regions_.insert(regions_.end(), windows_.begin(), windows_.end());
        for (std::size_t i = 0; i < data.size(); ++i) {
            if (i % 4096 == 0) go_on(number(i) / number(data.size()));
            data.labels_of(i, row);
            std::string_view const name = data.sequences().name(i);
            if (i < regions_.size()) {
                out.add(name, ex::bases_of(regions_[i], *genome_), row);
                continue;
            }
            data.sequences().unpack(i, codes);
            out.add(name, std::span<ex::letter const>{codes}, row);
        }
    }
    static void write_hdf5([[maybe_unused]] ex::prepared_folder& out,
                           [[maybe_unused]] ex::dataset const& data, [[maybe_unused]] made_split const& split)
    {
#if __has_include(<hdf5.h>)
        if (!split.rows)
            throw ex::error{"--hdf5: expected sequences enough for a split, for the file holds parts"};
        ex::write_hdf5(out.place("data.h5"), data, *split.rows);
#else
        throw ex::error{"this program was built without libhdf5 (package libhdf5-dev), which --hdf5 needs"};
#endif
    }
    void say_what_was_left_out() const
    {
        for (auto const& [name, count] : how_.counts.front().second)
            if (count > 0 && name.starts_with("left out")) std::cerr << name << ": " << count << '\n';
    }

    regions_options const& o_;
    ex::preparation how_;
    steps own_steps_{peak_since::step_began};
    steps* steps_ = &own_steps_;
    std::optional<ex::genome> genome_;
    ex::contig_renames renames_;
    peak_sets sets_;
    ex::label_table table_; // of --counts
    std::unordered_map<std::string, std::uint32_t> row_at_;
    std::vector<std::string> signal_names_;
    std::vector<ex::stranded_region> regions_, windows_; // positives, and negatives of the genome
    std::vector<ex::window_class> classes_;              // of the positives
    ex::packed_sequences sequences_;
    ex::label_matrix labels_;
    std::optional<ex::dataset> data_; // of the sequences and labels, as soon as all are there
    made_split split_;
    std::vector<std::pair<std::string, double>> counted_;
};

#endif

#if __has_include(<htslib/faidx.h>)
/// The options that say which peaks of which genome become sequences, and what becomes their negatives.
inline void add_peaks(CLI::App& c, regions_options& o)
{
    c.add_option(
        "--peaks", o.peaks.files,
        "[NAME=]FILE for each task: BED, narrowPeak, broadPeak, summits or GFF3; files of one NAME are "
        "replicates (without NAME: the name of the file)");
    c.add_flag("--tasks-by-name", o.peaks.by_name,
               "the files hold peaks of many tasks, whose names stand in column 4 (default: no)");
    c.add_option("--genome", o.genome, "FASTA (plain or bgzip are read in place) or 2bit");
    c.add_option("--contig-names", o.contig_names,
                 "two names in each line: a contig's in the other files, and in the genome");
    c.add_option("--length", o.rules.length, "bases of a region")->check(in_range(1, 1000000));
    c.add_option("--centre", o.peaks.centre,
                 "what regions lie around: the middle of a peak, or its summit (column 10 of narrowPeak)")
        ->check(CLI::IsMember({"middle", "summit"}));
    c.add_option("--exclude", o.exclude, "BED files: regions and negatives that overlap these are left out");
    c.add_option("--negatives", o.negatives,
                 "gc: windows of the genome outside the peaks, matched on GC, repeats and N; dinucleotide: "
                 "shuffles; none; or a FASTA file (with --signal and --counts the default is none)");
    c.add_option("--ratio", o.ratio, "negatives for each region (of a file: all)")
        ->check(in_range(0.0, 1000.0));
    c.add_option("--candidates", o.candidates, "BED of where to take windows of the genome first");
}
#endif

inline void add_regions(CLI::App& app)
{
    CLI::App* const c = app.add_subcommand("regions", "sequences and labels from peaks and a genome");
#if __has_include(<htslib/faidx.h>)
    auto const o = std::make_shared<regions_options>();
    add_peaks(*c, *o);
    c->get_option("--genome")->required();
    c->get_option("--length")->required();
    c->add_option("--tasks", o->peaks.tasks, "tasks to take: all, or names with commas between");
    c->add_flag("--stranded", o->rules.stranded, "regions on - are reverse complements (default: no)");
    c->add_option("--merge", o->rules.merge,
                  "centres within so many bases make one region; 0: those at the same base")
        ->check(in_range(0, 1000000));
    c->add_option("--max-n", o->max_n, "regions with a larger share of N are left out")
        ->check(in_range(0.0, 1.0));
    c->add_option(
         "--label-by", o->label_by,
         "what makes a region 1: a peak over its centre, or over a share of it; it is 0 where no peak "
         "overlaps it and unresolved between")
        ->check(CLI::IsMember({"centre", "share"}));
    c->add_option("--reach", o->reach,
                  "bases that a peak reaches to either side of its centre at least (default: a quarter of "
                  "--length, or --merge where that is more)")
        ->check(in_range(0, 1000000));
    c->add_option("--share", o->share, "of --label-by share")->check(in_range(1e-6, 1.0));
    c->add_option("--replicates", o->replicates, "a region is 1 where any replicate says so, or all")
        ->check(CLI::IsMember({"any", "all"}));
    c->add_option(
        "--signal", o->signals,
        "[NAME=]FILE for each task, bigWig: labels are its values over each region, in place of peaks");
    c->add_option(
        "--counts", o->counts,
        "instead of --peaks: a table of numbers, such as reads counted in peaks by sample; a row's name is "
        "chrom:start-end, a column is a task");
    c->add_option("--summary", o->summary, "of the values of a region")
        ->check(CLI::IsMember({"mean", "max", "sum"}));
    c->add_option("--uncovered", o->uncovered,
                  "what bases without a value are: 0, or bases that do not count")
        ->check(CLI::IsMember({"zero", "missing"}));
    c->add_option("--transform", o->transform,
                  "of the labels of --signal and --counts: log(1 + x), or ranks from 0 to 1")
        ->check(CLI::IsMember({"none", "log", "quantile"}));
    c->add_option("--shuffle-words", o->shuffle_words, "letters of the words whose counts shuffles keep")
        ->check(in_range(1, ex::longest_shuffled_word));
    add_split(*c, o->split);
    add_output(*c, *o);
    c->add_flag("--hdf5", o->hdf5,
                "also data.h5: the parts as the reference reads them, one-hot (default: no)");
    c->add_option("--threads", o->threads,
                  "threads, 0: as many as this process may use; results do not depend on it")
        ->check(in_range(0, 1024));
    c->callback([o, c] {
        o->ratio_given = c->count("--ratio") > 0;
        if (o->by_values() && c->count("--negatives") == 0) o->negatives = "none";
        regions_run{*o, {.command = "prepare regions", .seed = o->seed, .options = options_of(*c)}}.run();
    });
#else
    c->callback([] {
        throw ex::error{"this program was built without htslib (package libhts-dev), which reads genomes"};
    });
#endif
}

} // namespace prepare_program
