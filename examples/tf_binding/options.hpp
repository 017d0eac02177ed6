// The options of tf_binding and what its help says of them.
#pragma once
#include <string>

#include "common/filters.hpp"
#include "common/options.hpp"
#include "common/pairs.hpp"
#include "common/report.hpp"
#include "common/teachers.hpp"
#include "tf_binding/peaks.hpp"

namespace tf_binding {
namespace ex = explainn;

struct train_options {
    shared::data_options data;
    peak_data peaks; ///< instead of data in files
    shared::run_options run;
    ex::paper_card card;
    std::string motif_sequences = "well-predicted";
    shared::report_options report;
    shared::filter_options filters;
    shared::teacher_options teachers;
    std::size_t pairs = 0;
    shared::symmetry symmetric;

    train_options()
    {
        run.recipe = "recommended";
        run.take_recipe();
    }
    /// The data of files and the rows of training, validation and test; throws where labels are no bound or
    /// unbound.
    ex::split_dataset read() const
    {
        auto all = data.read(run.how.from);
        require_binary(all.data.binary(), data.label_file());
        return all;
    }
    /// Nothing else can be learned or measured here.
    static void require_binary(bool binary, std::string const& file)
    {
        if (!binary)
            throw ex::input_error{file, 0, "labels 1 (bound), 0 (unbound) or empty (unresolved)",
                                  "other numbers"};
    }
};

/// What predict, evaluate and motifs need.
struct use_options {
    std::string model, sequences, labels, names, out;
    bool probabilities = false, forward_only = false, overwrite = false;
    shared::processor_options processor;

    /// All files that are read, by their options.
    std::vector<shared::given_path> files() const
    {
        return {{"--model", model}, {"--sequences", sequences}, {"--labels", labels}, {"--names", names}};
    }
};

namespace detail {
inline void add_model(CLI::App& to, use_options& o)
{
    to.add_option("--model", o.model, "model.safetensors of a training run")->required();
    to.add_option("--sequences", o.sequences, "FASTA or FASTQ, plain or gzip; - is standard input")
        ->required();
    shared::add_processor(to, o.processor);
}
} // namespace detail

inline CLI::App* add_train(CLI::App& app, train_options& o)
{
    CLI::App* const c = app.add_subcommand("train", "Train a model; show what it learned");
    c->add_option("--out", o.run.out, "folder for the results")->required();
    shared::add_data(*c, o.data);
    o.peaks.add_to(*c);
    shared::add_architecture(*c, o.card);
    shared::add_symmetric(*c, o.symmetric);
    shared::add_filters(*c, o.filters);
    shared::add_training(*c, o.run);
    c->add_option("--sequences-for-motifs", o.motif_sequences,
                  "training sequences motifs come from: those right on every resolved label, or all")
        ->check(CLI::IsMember({"well-predicted", "all"}));
    shared::add_pairs(*c, o.pairs);
    shared::add_teachers(*c, o.teachers);
    shared::add_report(*c, o.report);
    return c;
}

inline CLI::App* add_predict(CLI::App& app, use_options& o)
{
    CLI::App* const c = app.add_subcommand("predict", "Logits of sequences");
    detail::add_model(*c, o);
    c->add_option("--out", o.out, "table to write; compressed where it ends in .gz, - is standard output")
        ->required();
    c->add_flag("--probabilities", o.probabilities, "probabilities instead of logits (default: no)");
    c->add_flag("--no-reverse-complement", o.forward_only,
                "the given strand alone, however the model was trained (default: no)");
    return c;
}
inline CLI::App* add_evaluate(CLI::App& app, use_options& o)
{
    CLI::App* const c = app.add_subcommand("evaluate", "AUROC and AUPRC on labelled sequences");
    detail::add_model(*c, o);
    c->add_option("--labels", o.labels, "table with a column for every task of the model")->required();
    c->add_option("--out", o.out, "table to write")->required();
    return c;
}
inline CLI::App* add_motifs(CLI::App& app, use_options& o)
{
    CLI::App* const c = app.add_subcommand("motifs", "Motifs and importances of a model's filters");
    detail::add_model(*c, o);
    c->add_option("--labels", o.labels,
                  "use only the sequences right on every resolved label (default: use all)");
    c->add_option("--out", o.out, "folder for filters.meme and importances.tsv")->required();
    shared::add_names(*c, o.names);
    c->add_flag("--overwrite", o.overwrite, "replace the folder's results (default: no)");
    return c;
}

} // namespace tf_binding
