// The report that a training program ends with: its options, and the one call that writes it.
#pragma once
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/io/motif_file.hpp>
#include <explainn/report/report_of.hpp>
#include <explainn/report/write_report.hpp>

#include "common/device.hpp"
#include "common/example_data.hpp"
#include "common/outputs.hpp"
#include "common/program.hpp"
#include "common/unit_labels.hpp"

namespace shared {
namespace ex = explainn;

inline constexpr char const* report_name = "report.html";

struct report_options {
    bool off = false;
    std::size_t refined_tasks = 12; ///< whose motifs are refined, at most
    std::string motifs, names;

    std::vector<given_path> files() const { return {{"--motifs", motifs}, {"--names", names}}; }
};

inline void add_report(CLI::App& c, report_options& o)
{
    c.add_flag("--no-report", o.off, "write no report.html (default: no)");
    c.add_option("--refine", o.refined_tasks,
                 "refine the motifs of so many tasks at most, those with the most sequences of their rarer "
                 "label: motifs.meme and motifs.tsv beside the filters' own in filters.meme; 0: none")
        ->check(in_range(0, 100000));
    c.add_option("--motifs", o.motifs,
                 "known motifs that units and refined motifs are named after, in any format the library "
                 "reads (default: JASPAR 2020 CORE vertebrates, 746 profiles)");
    add_names(c, o.names);
}

/// Known motifs and names, read before any work so that a bad file costs nothing.
class report_inputs {
public:
    /// Throws input_error for files that are not what they should be; where the motifs of the demonstration
    /// are not there motifs go without names.
    explicit report_inputs(report_options const& o, std::vector<std::string> const& units) : off_{o.off}
    {
        if (!o.names.empty()) names_ = ex::read_names(o.names, units);
        auto const jaspar = example_data() / "JASPAR2020_CORE_vertebrates_non-redundant.meme.gz";
        std::error_code code;
        if (!o.motifs.empty()) {
            known_ = ex::read_motifs(o.motifs);
            collection_ = std::filesystem::path{o.motifs}.filename().string();
        } else if (std::filesystem::exists(jaspar, code)) {
            known_ = ex::read_motifs(jaspar);
            collection_ = "JASPAR 2020 CORE vertebrates";
        } else {
            std::cerr << "note: " << jaspar.string()
                      << " is not there; motifs are not named (--motifs gives others)\n";
        }
    }
    bool off() const { return off_; }
    ex::motif_set const& known() const { return known_; }
    std::string const& collection() const { return collection_; }
    std::vector<std::string> const& names() const { return names_; }

private:
    bool off_;
    ex::motif_set known_;
    std::string collection_;
    std::vector<std::string> names_;
};

/// The date and time in UTC: 2026-03-01 12:00 UTC.
inline std::string time_text()
{
    std::time_t const now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &utc);
    return text;
}

/// What a run tells its report.
struct run_of_report {
    std::vector<std::string> tasks;                  ///< names of the outputs
    std::string task;                                ///< what they mean, as in the model's file
    std::map<std::string, std::string> const& facts; ///< options, as the checkpoint keeps them
    std::vector<given_path> files;                   ///< that were read
    std::vector<ex::epoch_losses> const& losses;
    std::string motif_source; ///< the rows that motifs come from, in words
    std::chrono::steady_clock::time_point began;
    ex::seed from;
    ex::outcomes const* measured = nullptr;       ///< of the test rows, where they are there already
    std::vector<ex::report_contrast> contrasts{}; ///< of groups of outputs
    std::span<ex::model_motif const> refined{};   ///< motifs of tasks, to stand beside the filters'
};

/// Writes DIR/report.html and the tables of DIR/report; removes a page of an earlier run where none is
/// wanted.
template <class Data, class Name>
void write_run_report(std::filesystem::path const& dir, ex::basic_model<device>& m, Data const& data,
                      ex::split_rows const& rows, ex::model_insight const& seen,
                      std::vector<std::uint32_t> const& motif_rows, Name name_of, report_inputs const& inputs,
                      run_of_report const& run)
{
    ex::report_options how{.losses = run.losses,
                           .tasks = run.tasks,
                           .task = run.task,
                           .known = inputs.known().motifs,
                           .collection = inputs.collection(),
                           .names = inputs.names(),
                           .contrasts = run.contrasts,
                           .motif_source = run.motif_source,
                           .test_source = rows.train.empty() ? "the given sequences" : "the test part",
                           .measured = run.measured,
                           .refined = run.refined,
                           .from = run.from};
    for (std::size_t i = 0; i < run.losses.size(); ++i)
        if (auto const best = static_cast<std::size_t>(how.best_epoch);
            run.losses[i].valid < (best == 0 ? INFINITY : run.losses[best - 1].valid))
            how.best_epoch = static_cast<int>(i + 1);
    for (auto const& file : run.files)
        if (!file.path.empty()) how.facts.emplace_back(file.option, file.path.string());
    for (auto const& [key, value] : run.facts)
        if (key.starts_with("--") && !value.empty()) {
            auto const x = ex::number_of(value); // with as many digits as say what was given
            how.facts.emplace_back(key, x && value.size() > 12 ? ex::number_text(*x) : value);
        }
    auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - run.began).count();
    how.facts.emplace_back("Time", ex::number_text(seconds, 3) + " s for this run of the program, finished " +
                                       time_text());
    ex::write_report(dir, ex::report_of(m, data, rows, seen, motif_rows, name_of, how));
}

/// Removes the report of an earlier run.
inline void remove_report(std::filesystem::path const& dir)
{
    std::filesystem::remove(dir / report_name);
    for (auto const name : ex::report_table_names) std::filesystem::remove(dir / "report" / name);
    std::error_code code;
    std::filesystem::remove(dir / "report", code); // stays where it holds other files
}

} // namespace shared
