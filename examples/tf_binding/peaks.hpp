// Training from peaks and a genome: what prepare regions does, in memory, before a run.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <explainn/io/join_datasets.hpp>

#include "common/data.hpp"
#include "common/outputs.hpp"
#include "common/steps.hpp"
#include "prepare/regions.hpp"

namespace tf_binding {
namespace ex = explainn;

/// What a run on peaks writes beside its results: the data that it was trained on, as prepare writes them.
inline constexpr std::array<char const*, 4> peak_data_names{"data/sequences.fa.gz", "data/labels.tsv.gz",
                                                            "data/split.tsv", "data/prepared.json"};

// EXPLAINN_WITHOUT_GENOMES leaves genomes out, for builds that link neither htslib nor libBigWig
#if __has_include(<htslib/faidx.h>) && !defined(EXPLAINN_WITHOUT_GENOMES)

/// --peaks and the options that belong to it.
class peak_data {
public:
    void add_to(CLI::App& c)
    {
        prepare_program::add_peaks(c, o_);
        auto* const peaks = c.get_option("--peaks");
        auto* const genome = c.get_option("--genome");
        peaks->needs(genome)->needs(c.get_option("--length"));
        for (auto const* name : {"--tasks-by-name", "--genome", "--contig-names", "--length", "--centre",
                                 "--exclude", "--negatives", "--ratio", "--candidates"})
            c.get_option(name)->needs(peaks);
        // these say what to take of files that are there already
        for (auto const* name : {"--sequences", "--labels", "--table", "--train-table", "--valid-table",
                                 "--test-table", "--split-file", "--resolved", "--n"})
            peaks->excludes(c.get_option(name));
        command_ = &c;
    }
    bool given() const { return !o_.peaks.files.empty(); }

    /// Before any work: `folder` is where the run's results go. Throws error as regions_run.
    void begin(shared::data_options const& data, ex::seed from, std::string const& folder, int threads)
    {
        if (!given()) return;
        o_.out = folder + "/data";
        o_.overwrite = true; // the run has looked at its folder
        o_.seed = from.value;
        o_.threads = threads;
        o_.ratio_given = command_->count("--ratio") > 0;
        o_.peaks.tasks = data.targets;
        o_.split.percent = data.split;
        o_.split.valid = data.valid;
        o_.split.test = data.test;
        o_.split.stratify = data.stratify;
        o_.split.asked = true;
        ex::preparation how{.command = "tf_binding train", .seed = from.value};
        for (auto& each : prepare_program::options_of(*command_))
            if (is_of_data(each.name)) how.options.push_back(std::move(each));
        run_ = std::make_unique<prepare_program::regions_run>(o_, std::move(how));
    }
    /// Sequences, labels and parts; throws error and input_error for files that are not what they should be.
    /// The steps are those of `all`.
    ex::split_dataset read(shared::steps& all) { return run_->in_memory(all); }

    /// Writes them into the folder data/ of the run's.
    void write()
    {
        if (run_) run_->write();
    }
    /// All files that are read, by their options.
    std::vector<shared::given_path> files() const
    {
        std::vector<shared::given_path> all;
        if (run_)
            for (auto const& [option, path] : run_->inputs()) all.push_back({option, path});
        return all;
    }

private:
    static bool is_of_data(std::string const& name)
    {
        for (auto const* each : {"--peaks", "--tasks-by-name", "--genome", "--contig-names", "--length",
                                 "--centre", "--exclude", "--negatives", "--ratio", "--candidates",
                                 "--targets", "--split", "--valid", "--test", "--stratify", "--seed"})
            if (name == each) return true;
        return false;
    }

    prepare_program::regions_options o_;
    CLI::App* command_ = nullptr;
    std::unique_ptr<prepare_program::regions_run> run_;
};

#else

/// Where htslib is not there, --peaks says so.
class peak_data {
public:
    void add_to(CLI::App& c) { c.add_option("--peaks", peaks_, "peaks of a genome (needs htslib)"); }
    bool given() const { return !peaks_.empty(); }
    void begin(shared::data_options const&, ex::seed, std::string const&, int) const
    {
        if (given())
            throw ex::error{
                "--peaks: this program was built without htslib (package libhts-dev), which reads genomes"};
    }
    ex::split_dataset read(shared::steps&) const { throw ex::error{"--peaks: expected htslib, found none"}; }
    void write() const {}
    std::vector<shared::given_path> files() const { return {}; }

private:
    std::vector<std::string> peaks_;
};

#endif

} // namespace tf_binding
