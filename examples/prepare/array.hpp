// prepare array: probes of protein-binding microarrays with their signals.
#pragma once
#include <cstdint>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/prepare/arrays.hpp>
#include <explainn/prepare/class_name.hpp>

#include "prepare/free_folder.hpp"
#include "prepare/output.hpp"

namespace prepare_program {

struct array_options : output_options {
    std::vector<std::string> arrays, test, where;
    std::string scale = "none", detrend = "none";
    ex::microarray_options how;
    bool no_linker = false;
    double valid_percent = 10;
};

namespace detail_of_arrays {

using count_list = std::vector<std::pair<std::string, double>>;

inline ex::microarray_options options_of_arrays(array_options const& o)
{
    ex::microarray_options how = o.how;
    how.linker = !o.no_linker;
    how.scale = o.scale == "log2"       ? ex::array_scale::log2
                : o.scale == "quantile" ? ex::array_scale::quantiles
                : o.scale == "rank"     ? ex::array_scale::ranks
                                        : ex::array_scale::measured;
    how.detrend_radius = o.detrend == "spatial" ? 7 : 0; // windows of 15 x 15 spots
    for (auto const& each : o.where) {
        auto const at = each.find('=');
        if (at == each.npos || at == 0)
            throw ex::error{"--where: expected COLUMN=VALUE, found " + ex::in_quotes(each)};
        how.columns.where.emplace_back(each.substr(0, at), each.substr(at + 1));
    }
    return how;
}

inline count_list counts_of(ex::microarray const& a)
{
    return {{"probes", static_cast<double>(a.signals.size())},
            {"left out: controls", static_cast<double>(a.left_out.controls)},
            {"left out: flagged", static_cast<double>(a.left_out.flagged)},
            {"left out: no signal", static_cast<double>(a.left_out.unmeasured)},
            {"left out: not chosen", static_cast<double>(a.left_out.not_wanted)},
            {"left out: another length", static_cast<double>(a.of_other_length)}};
}

/// Reads all arrays. A file without a name is a protein of its own, named as the file; a test array without a
/// name is of the one protein there is.
class array_set {
public:
    array_set(array_options const& o, ex::preparation& made, steps& all)
        : how_{options_of_arrays(o)}, made_{made}
    {
        how_.between = [&all](std::size_t count, char const* things) {
            stop_if_interrupted();
            all.so_far(count, things);
        };
        for (auto const& each : o.arrays) {
            auto const [name, file] = named_file_of(each, "FILE");
            add(file, name.empty() ? ex::class_name_of(file) : name, "train", "FILE");
        }
        for (auto const& each : o.test) {
            auto const [name, file] = named_file_of(each, "--test");
            if (name.empty() && rows_.proteins().size() > 1)
                throw ex::error{"--test: expected NAME=FILE, since there are several proteins, found " +
                                ex::in_quotes(each)};
            std::string const protein = name.empty() ? rows_.proteins().front() : name;
            std::size_t const known = rows_.proteins().size();
            add(file, protein, "test", "--test");
            if (rows_.proteins().size() > known)
                throw ex::error{"--test: expected a protein of the training arrays, found " +
                                ex::in_quotes(protein)};
        }
    }
    ex::array_rows const& rows() const { return rows_; }

private:
    void add(std::string const& file, std::string const& protein, std::string const& part, char const* option)
    {
        stop_if_interrupted();
        auto const array = ex::read_microarray(file, how_);
        rows_.add(array, protein, part);
        made_.inputs.emplace_back(option, file);
        made_.counts.emplace_back(part + " " + protein + " " + array.path.filename().string(),
                                  counts_of(array));
    }

    ex::microarray_options how_;
    ex::preparation& made_;
    ex::array_rows rows_;
};

inline void run(CLI::App const& c, array_options const& o)
{
    std::vector<shared::given_path> inputs;
    inputs.reserve(o.arrays.size() + o.test.size());
    for (auto const& each : o.arrays) inputs.push_back({"FILE", named_file_of(each, "FILE").file});
    for (auto const& each : o.test) inputs.push_back({"--test", named_file_of(each, "--test").file});
    require_free(o, inputs);
    ex::preparation made{.command = "prepare array", .seed = o.seed, .options = options_of(c)};
    steps all{peak_since::step_began};
    all.begin("arrays");
    array_set const arrays{o, made, all};
    auto const& rows = arrays.rows();
    all.end(std::to_string(inputs.size()) + " arrays, probes of " + std::to_string(rows.length()) + " bases");
    all.begin("writing");
    ex::prepared_folder folder{o.out, rows.proteins(), o.files()};
    bool const parts = rows.parts().size() > 1;
    ex::output_file* const split = parts ? &folder.file("split.tsv") : nullptr;
    if (split != nullptr) *split << "sequence\tpart\n";
    std::vector<float> signals(rows.proteins().size());
    double valid = 0;
    for (std::size_t part = 0; part < rows.parts().size(); ++part)
        for (std::size_t i = 0; i < rows.size(part); ++i) {
            if (i % 4096 == 0) {
                stop_if_interrupted();
                all.so_far(folder.size(), "probes written");
            }
            bool const validates =
                parts && part == 0 &&
                ex::random_numbers{ex::seed{o.seed}, ex::stream::split, static_cast<std::uint32_t>(i)}
                            .uniform() *
                        100 <
                    o.valid_percent;
            std::string const word = validates ? "valid" : rows.parts()[part];
            valid += validates ? 1 : 0;
            std::string const name = (parts ? word + ":probe" : "probe") + std::to_string(i + 1);
            rows.signals_of(part, i, signals);
            folder.add(name, rows.probe(part, i), signals);
            if (split != nullptr) *split << name + '\t' + word + '\n';
        }
    count_list counts{{"signals averaged with others of their probe", static_cast<double>(rows.repeated())}};
    if (parts) {
        double const shared_probes = static_cast<double>(rows.shared(1, 0));
        counts.emplace_back("test probes that are training probes too", shared_probes);
        counts.emplace_back("valid", valid);
        if (shared_probes > 0)
            std::cerr << "warning: " << shared_probes
                      << " probes of the test are in the training arrays too\n";
    }
    made.counts.emplace_back("rows", std::move(counts));
    stop_if_interrupted();
    folder.close(made);
    all.end(std::to_string(folder.size()) + " probes in " + o.out);
    all.print();
}

} // namespace detail_of_arrays

inline void add_array(CLI::App& app)
{
    auto* const c = app.add_subcommand(
        "array", "probes of protein-binding microarrays with their signals (UniPROBE, DREAM5)");
    auto const o = std::make_shared<array_options>();
    c->add_option(
         "files", o->arrays,
         "[PROTEIN=]FILE...: tables with a header (pbm_sequence, mean_signal_intensity, ...), or rows of "
         "probe, signal, background; arrays of one protein become one column")
        ->required();
    c->add_option(
        "--test", o->test,
        "[PROTEIN=]FILE...: arrays for the test; sequences are then named train:, valid: and test:, and "
        "split.tsv says the same");
    c->add_option("--valid-percent", o->valid_percent, "training probes that validate, where there is a test")
        ->check(in_range(0.0, 90.0));
    c->add_option("--where", o->where, "COLUMN=VALUE...: rows that stay, such as TF_Id=TF_1 ArrayType=HK");
    c->add_option("--sequence-column", o->how.columns.sequence,
                  "the column of probes (none: the usual names)");
    c->add_option("--signal-column", o->how.columns.signal, "the column of signals (none: the usual names)");
    c->add_flag("--no-linker", o->no_linker, "leave the column of linkers away (default: probe and linker)");
    c->add_option("--clip-right", o->how.clip_right,
                  "bases taken away at the end of each probe, where the linker is part of it")
        ->check(in_range(0, 10000));
    c->add_option("--transform", o->scale,
                  "of each array's signals: log2, quantile (as the paper), rank (from 0 to 1), none")
        ->check(CLI::IsMember({"none", "log2", "quantile", "rank"}));
    c->add_option("--quantiles", o->how.quantiles, "of --transform quantile")->check(in_range(2, 100000));
    c->add_option(
         "--detrend", o->detrend,
         "spatial: signals by the median of the 15 x 15 spots around, which needs columns row and col; none: "
         "as measured")
        ->check(CLI::IsMember({"none", "spatial"}));
    add_output(*c, *o);
    c->callback([c, o] { detail_of_arrays::run(*c, *o); });
}

} // namespace prepare_program
