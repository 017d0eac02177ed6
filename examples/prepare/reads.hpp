// prepare reads: classes of reads from SELEX, SMiLE-seq and the like.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/prepare/reads.hpp>

#include "common/data.hpp"
#include "prepare/free_folder.hpp"
#include "prepare/output.hpp"
#include "prepare/split.hpp"

namespace prepare_program {

struct reads_options {
    output_options out;
    std::vector<std::string> files, mates;
    std::string preset, labels = "classes", shared = "each", negatives = "auto", column, count_columns;
    ex::read_rules rules;
    ex::pair_rules pairs;
    ex::read_choice choice;
    std::uint64_t per_class = 0;
    double ratio = 1;
    split_options split;
};

namespace detail_of_reads {

inline void take_preset(CLI::App const& c, reads_options& o)
{
    if (o.preset.empty()) return;
    for (ex::read_preset const& each : ex::read_presets) {
        if (each.name != o.preset) continue;
        if (c.count("--clip-left") == 0) o.rules.clip_left = each.clip_left;
        if (c.count("--clip-right") == 0) o.rules.clip_right = each.clip_right;
        if (c.count("--length") == 0) o.rules.length = each.length;
        if (c.count("--negatives") == 0) o.negatives = each.shuffled > 0 ? "dinucleotide" : "none";
    }
}

inline ex::read_counter count_reads(reads_options const& o, steps& all)
{
    if (!o.mates.empty() && o.mates.size() != o.files.size())
        throw ex::error{"--mates: expected a file for each of " + std::to_string(o.files.size()) +
                        " files of reads, in their order, found " + std::to_string(o.mates.size())};
    if (!o.count_columns.empty() && o.column.empty())
        throw ex::error{"--count-columns: expected --column with it, found none"};
    ex::read_columns const columns{o.column, o.count_columns.empty()
                                                 ? std::vector<std::string>{}
                                                 : shared::list_of(o.count_columns, "--count-columns")};
    ex::read_counter counter{o.rules, o.pairs};
    counter.on_progress([&all](std::size_t count) {
        stop_if_interrupted();
        all.so_far(count, "reads");
    });
    for (std::size_t i = 0; i < o.files.size(); ++i) {
        auto const [name, file] = named_file_of(o.files[i], "FILE");
        if (o.mates.empty()) counter.add(file, name, columns);
        else counter.add_pairs(file, o.mates[i], name);
    }
    counter.finish();
    return counter;
}

inline ex::read_choice choice_of(reads_options const& o, ex::read_counter const& counter)
{
    ex::read_choice how = o.choice;
    how.labels = o.labels == "counts" ? ex::row_labels::counts : ex::row_labels::classes;
    how.shared = o.shared == "last"        ? ex::shared_reads::last
                 : o.shared == "leave-out" ? ex::shared_reads::none
                                           : ex::shared_reads::each;
    how.per_class = static_cast<std::size_t>(o.per_class);
    how.from = ex::seed{o.out.seed};
    // one class alone teaches nothing
    bool const alone = counter.classes().size() == 1 && how.labels == ex::row_labels::classes;
    bool const shuffles = o.negatives == "dinucleotide" || (o.negatives == "auto" && alone);
    how.shuffled = shuffles ? o.ratio : 0;
    return how;
}

using count_list = std::vector<std::pair<std::string, double>>;

inline count_list counts_of(ex::read_tally const& tally, ex::read_counter const& counter,
                            std::size_t in_class)
{
    count_list all{{"reads", static_cast<double>(tally.reads)}};
    for (std::size_t f = 1; f < ex::read_fates; ++f)
        all.emplace_back("left out: " + std::string{ex::fate_names[f]},
                         static_cast<double>(tally.by_fate[f]));
    if (tally.pairs_apart > 0)
        all.emplace_back("left out: pairs that do not overlap", static_cast<double>(tally.pairs_apart));
    double distinct = 0;
    for (std::size_t i = 0; i < counter.counts().size(); ++i)
        distinct += counter.counts()[i].size() == counter.length() && counter.counts().count(i, in_class) > 0;
    auto const kept = static_cast<double>(tally.of(ex::read_fate::kept));
    all.emplace_back("kept", kept);
    all.emplace_back("distinct", distinct);
    all.emplace_back("duplicates", kept - distinct);
    return all;
}

// the value that an option comes to, where it follows from others
inline void set_option(ex::preparation& made, std::string_view name, std::string const& value)
{
    for (auto& each : made.options)
        if (each.name == name) each.values = {value};
}

/// How the rows were made and what was counted, for prepared.json.
inline ex::preparation described(CLI::App const& c, reads_options const& o,
                                 std::vector<shared::given_path> const& inputs,
                                 ex::read_counter const& counter, ex::read_choice const& how,
                                 ex::read_row_tally const& tally)
{
    ex::preparation made{
        .command = "prepare reads", .seed = o.out.seed, .options = options_of(c), .inputs = {}, .counts = {}};
    set_option(made, "--clip-left", std::to_string(o.rules.clip_left));
    set_option(made, "--clip-right", std::to_string(o.rules.clip_right));
    set_option(made, "--length", std::to_string(counter.length()));
    set_option(made, "--negatives", how.shuffled > 0 ? "dinucleotide" : "none");
    for (auto const& each : inputs) made.inputs.emplace_back(each.option, each.path);
    for (std::size_t k = 0; k < counter.classes().size(); ++k) {
        std::size_t const in_class = counter.classes()[k];
        auto counts = counts_of(counter.tallies()[in_class], counter, in_class);
        if (how.labels == ex::row_labels::classes)
            counts.emplace_back("rows", static_cast<double>(tally.rows[k]));
        made.counts.emplace_back("class " + counter.counts().classes()[in_class], std::move(counts));
    }
    made.counts.emplace_back(
        "rows", count_list{{"bases", static_cast<double>(counter.length())},
                           {"sequences read in several classes", static_cast<double>(tally.shared)},
                           {"shuffles", static_cast<double>(tally.shuffled)},
                           {"left out: shuffles that were read", static_cast<double>(tally.not_shuffled)}});
    return made;
}

inline void run(CLI::App const& c, reads_options& o)
{
    take_preset(c, o);
    std::vector<shared::given_path> inputs;
    inputs.reserve(o.files.size() + o.mates.size());
    for (auto const& each : o.files) inputs.push_back({"FILE", named_file_of(each, "FILE").file});
    for (auto const& each : o.mates) inputs.push_back({"--mates", each});
    require_free(o.out, inputs);
    steps all{peak_since::step_began};
    all.begin("reads");
    ex::read_counter const counter = count_reads(o, all);
    std::uint64_t reads = 0, kept = 0;
    for (auto const& tally : counter.tallies()) {
        reads += tally.reads;
        kept += tally.of(ex::read_fate::kept);
    }
    all.end(std::to_string(reads) + " reads, " + std::to_string(kept) + " kept, of " +
            std::to_string(counter.length()) + " bases");
    all.begin("rows");
    ex::read_choice const how = choice_of(o, counter);
    auto const tasks = ex::read_tasks(counter, how);
    ex::prepared_folder folder{o.out.out, tasks, o.out.files()};
    auto& weights = folder.file("weights.tsv.gz");
    weights << "sequence\treads\n";
    ex::packed_sequences sequences; // only where they are to be split
    ex::label_matrix labels_of_rows{tasks.size()};
    auto const tally = ex::make_read_rows(counter, how,
                                          [&](std::string const& name, std::string_view bases,
                                              std::span<float const> labels, std::uint64_t times) {
                                              if (folder.size() % 65536 == 0) stop_if_interrupted();
                                              folder.add(name, bases, labels);
                                              weights << name + '\t' + std::to_string(times) + '\n';
                                              if (!o.split.asked) return;
                                              sequences.append(name, bases);
                                              labels_of_rows.append(labels);
                                          });
    auto made = described(c, o, inputs, counter, how, tally);
    all.end(std::to_string(folder.size()) + " sequences, " + std::to_string(tally.shuffled) +
            " of them shuffles");
    if (o.split.asked) {
        all.begin("split");
        ex::dataset const data{std::move(sequences), tasks, std::move(labels_of_rows)};
        made_split const parts = split_of(data, o.split, o.out.seed, [&](double share) {
            stop_if_interrupted();
            all.at(share);
        });
        made.counts.emplace_back("split", parts.counts);
        if (parts.rows) ex::write_split(folder.file("split.tsv"), data.sequences(), *parts.rows);
        all.end(parts.text);
    }
    all.begin("writing");
    stop_if_interrupted();
    folder.close(made);
    all.end(std::to_string(folder.size()) + " sequences in " + o.out.out);
    all.print();
}

} // namespace detail_of_reads

inline void add_reads(CLI::App& app)
{
    auto* const c = app.add_subcommand(
        "reads",
        "classes of reads (SELEX cycles in order, the input first; SMiLE-seq) from FASTQ, FASTA, lines of "
        "sequences or tables of counts");
    auto const o = std::make_shared<reads_options>();
    c->add_option(
         "files", o->files,
         "[NAME=]FILE...: plain or gzip, a class by name; files of one name are one class; each column of "
         "a table of sequences and counts is a class")
        ->required();
    c->add_option(
        "--mates", o->mates,
        "the files of second reads, in the order of the first; the two reads of a pair become one sequence");
    c->add_option("--least-overlap", o->pairs.least_overlap,
                  "bases that two reads of a pair have in common at least")
        ->check(in_range(1, 100000));
    c->add_option(
         "--preset", o->preset,
         "what the paper did: ht-selex (40 bases), smile-seq (clips 7 and 64 bases, 30 stay, shuffles as "
         "negatives); options override it")
        ->check(CLI::IsMember({"ht-selex", "smile-seq"}));
    c->add_option("--clip-left", o->rules.clip_left, "bases taken away at the beginning of each read")
        ->check(in_range(0, 1000000));
    c->add_option("--clip-right", o->rules.clip_right, "bases taken away at the end of each read")
        ->check(in_range(0, 1000000));
    c->add_option("--left-flank", o->rules.left_flank, "bases that must stand right before those that stay");
    c->add_option("--right-flank", o->rules.right_flank,
                  "bases that must stand right behind those that stay");
    c->add_option("--length", o->rules.length,
                  "bases that stay of a read; others are left out (0: the length that most reads have)")
        ->check(in_range(0, 1000000));
    c->add_flag("--cut", o->rules.cut, "longer reads are cut to --length (default: left out)");
    c->add_option("--least-quality", o->rules.least_quality,
                  "the least mean quality (Phred) of the bases that stay")
        ->check(in_range(0.0, 93.0));
    c->add_option("--phred", o->rules.phred, "the character of quality 0")->check(CLI::IsMember({33, 64}));
    c->add_flag("--keep-n", o->rules.keep_n, "reads with N stay (default: left out)");
    c->add_option("--column", o->column,
                  "the column of a table that holds the sequences, by its name in the header");
    c->add_option("--count-columns", o->count_columns,
                  "columns that hold counts, by name, with commas between");
    c->add_option("--labels", o->labels,
                  "classes: a 1 for the class of a read; counts: a row a sequence, how often it was read in "
                  "each class")
        ->check(CLI::IsMember({"classes", "counts"}));
    c->add_option("--shared", o->shared,
                  "a sequence read in several classes is a row of each, of the last alone, or left out")
        ->check(CLI::IsMember({"each", "last", "leave-out"}));
    c->add_flag("--every-read", o->choice.every_read,
                "a row for every read (default: one for equal reads of a class)");
    c->add_option("--background", o->choice.background,
                  "a class whose rows have 0 everywhere and no column of their own, such as the input");
    c->add_option("--per-class", o->per_class, "rows of a class at most, chosen at random (0: all)")
        ->check(in_range(std::uint64_t{0}, std::uint64_t{4000000000}));
    c->add_flag("--balanced", o->choice.balanced,
                "as many rows of each class as of the smallest (default: no)");
    c->add_option("--negatives", o->negatives,
                  "dinucleotide: shuffles of the rows, with 0 everywhere; auto: where there is one class")
        ->check(CLI::IsMember({"auto", "dinucleotide", "none"}));
    c->add_option("--ratio", o->ratio, "shuffles a row")->check(in_range(0.0, 100.0));
    add_split(*c, o->split);
    add_output(*c, o->out);
    c->callback([c, o] { detail_of_reads::run(*c, *o); });
}

} // namespace prepare_program
