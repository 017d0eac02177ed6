// Trains on from a model: a new head on its units, new tasks beside its own, or pairs of its units.
//
//     fine_tune --model run/model.safetensors --sequences new.fa --labels new.tsv --out tuned --freeze
//     fine_tune --model run/model.safetensors --table new.tsv --out more --add-tasks --rate linears=0.1
//     fine_tune --model run/model.safetensors --sequences peaks.fa --labels labels.tsv --out paired --pairs
//     10
#include <explainn/train/task_by_name.hpp>

#include "common/fingerprint.hpp"
#include "common/open_for_sequences.hpp"
#include "common/pairs.hpp"
#include "common/program.hpp"
#include "common/task_run.hpp"

namespace {
namespace ex = explainn;
using namespace task_training;

/// A data set's labels by output of a model; outputs the data lack have none.
struct by_output {
    ex::dataset const& data;
    std::vector<std::size_t> columns; ///< of the data, by output; none: missing
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::size_t size() const { return data.size(); }
    std::size_t length() const { return data.length(); }
    std::size_t outputs() const { return columns.size(); }
    void letters_of(std::size_t row, std::span<ex::letter> out) const { data.letters_of(row, out); }
    bool has_n(std::size_t row) const { return data.has_n(row); }
    void labels_of(std::size_t row, std::span<float> out) const
    {
        for (std::size_t o = 0; o < columns.size(); ++o)
            out[o] = columns[o] == none ? std::nanf("") : data.label(row, columns[o]);
    }
};

struct tune_options {
    run_options run;
    std::string model, task;
    std::vector<std::string> rates;
    bool freeze = false, add_tasks = false;
    std::size_t pairs = 0;
};

/// Factors of the learning rate by the longest of the given beginnings of a parameter's name.
std::function<double(std::string_view)> rates_of(std::vector<std::string> const& given, network const& m)
{
    std::map<std::string, double> factors;
    for (auto const& each : given) {
        std::size_t const equals = each.find('=');
        auto const factor = equals == std::string::npos
                                ? std::nullopt
                                : ex::number_of(std::string_view{each}.substr(equals + 1));
        if (!factor || !(*factor >= 0 && *factor <= 1e6))
            throw ex::error{"--rate: expected NAME=FACTOR such as linears.0=0.1, found " +
                            ex::in_quotes(each)};
        std::string const name = each.substr(0, equals);
        bool found = false;
        for (auto const& p : m.parameters()) found = found || p.name().starts_with(name);
        if (!found)
            throw ex::error{"--rate: expected the beginning of a parameter's name, found " +
                            ex::in_quotes(name)};
        factors[name] = *factor;
    }
    bool const all_whole = std::all_of(factors.begin(), factors.end(), [](auto& f) { return f.second == 1; });
    if (all_whole) return {};
    return [factors](std::string_view name) {
        double factor = 1;
        std::size_t longest = 0;
        for (auto const& [start, value] : factors)
            if (name.starts_with(start) && start.size() >= longest) longest = start.size(), factor = value;
        return factor;
    };
}

/// Gives a model the tensors of a file; those of the head, where they are wanted, become its first rows.
void copy_tensors(ex::tensor_table const& from, network& to, bool with_head)
{
    for (auto const& p : to.parameters()) {
        bool const head = p.bank < 0;
        if (head && !with_head) continue;
        auto all = to.values(p.name());
        auto const old = from.values<float>(p.name());
        std::copy(old.begin(), old.end(), all.begin());
        to.set_values(p.name(), all);
    }
}

template <class Task>
void tune(Task const& task, tune_options const& t, ex::model_file const& file, shared::training_run& run)
{
    run_options o = t.run;
    loss_of(task, o.loss, o.reduction);
    o.how.both_strands = o.how.both_strands || file.facts.both_strands;
    // opened once, so that a damaged file is refused before anything is read
    auto const model = shared::open_for_sequences(t.model, file, ex::cpu<float>{ex::threads{1}});
    ex::extent const length = model.length();
    run.read_report_inputs(static_cast<std::size_t>(model.units()));
    auto const [data, rows] = run.read([&] { return o.data.read(o.how.from); });
    require_labels(task, data, o.data.label_file());
    if (data.length() != static_cast<std::size_t>(length))
        throw ex::error{"expected sequences of " + std::to_string(length) + " bases as the model, found " +
                        std::to_string(data.length())};

    std::vector<std::string> tasks =
        t.add_tasks || t.pairs > 0 ? file.facts.tasks : std::vector<std::string>{};
    for (auto const& name : data.tasks())
        if (std::find(tasks.begin(), tasks.end(), name) == tasks.end()) tasks.push_back(name);
    by_output labels{data, {}};
    for (auto const& name : tasks) {
        auto const at = std::find(data.tasks().begin(), data.tasks().end(), name);
        labels.columns.push_back(
            at == data.tasks().end() ? by_output::none : static_cast<std::size_t>(at - data.tasks().begin()));
    }
    if (std::same_as<Task, ex::multiclass> && t.add_tasks && tasks.size() != data.tasks().size())
        throw ex::error{"--add-tasks: expected data with every class, as a row has one of them, found " +
                        std::to_string(data.tasks().size()) + " of " + std::to_string(tasks.size())};

    auto description = *file.network;
    description.heads = {static_cast<ex::extent>(tasks.size())};
    if (t.pairs > 0) shared::require_tasks_of_model(file.facts.tasks, data.tasks());
    network m = ex::make_model<device>(ex::rows_of(description), o.how.from, o.processor.device());
    copy_tensors(file.tensors, m, t.add_tasks || t.pairs > 0);
    std::vector<ex::screened_pair> pairs;
    if (t.pairs > 0) {
        pairs = shared::choose_pairs(m, ex::part{labels, rows.train}, loss_of(task, o.loss, o.reduction),
                                     t.pairs);
        m = shared::with_chosen(m, pairs, o);
        description = ex::description_of(m.rows());
    }
    // the trainer runs a bank of which nothing is trained as in an evaluation: its batch norms keep their
    // statistics, and nothing is dropped
    if (t.freeze)
        o.how.freezes = [added = t.pairs > 0 ? shared::last_bank_of(m) : "final."](std::string_view name) {
            return !name.starts_with("final.") && !name.starts_with("pairs.") && !name.starts_with(added);
        };
    o.how.rate_of = rates_of(t.rates, m);

    auto facts = facts_of(o, data);
    facts["--pairs"] = std::to_string(t.pairs);
    facts["--freeze"] = t.freeze ? "yes" : "no";
    facts["--add-tasks"] = t.add_tasks ? "yes" : "no";
    for (auto const& rate : t.rates) facts["--rate"] += rate + " ";
    facts["architecture"] = ex::to_json(description);
    facts["values of the model"] = shared::fingerprint_of(m);
    shared::run_data<by_output> const given{labels, data, rows, tasks};
    train_and_write(run, o, task, m, given, std::move(facts), [&](auto const&) {
        if (t.pairs > 0) shared::write_pairs(run.folder() / shared::pairs_name, pairs, tasks);
    });
}

void tune(tune_options const& t)
{
    std::vector<char const*> more;
    if (t.pairs > 0) more.push_back(shared::pairs_name);
    auto run = begin(t.run, {{"--model", t.model}}, more);
    auto const file = ex::read_model_file(t.model);
    std::string const was = file.facts.task.empty() ? "multilabel" : file.facts.task;
    if (t.add_tasks && !t.task.empty() && t.task != was)
        throw ex::error{"--add-tasks: expected the task of the model, " + was + ", found " + t.task};
    ex::with_task(t.task.empty() ? was : t.task, [&](auto const& task) { tune(task, t, file, run); });
}

} // namespace

int main(int argc, char** argv)
{
    tune_options t;
    t.run.learning_rate = 5e-5; // the reference's for fine-tuning
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Trains on from a model: a new head on its units, new tasks beside its own, or pairs of "
            "its units.");
        app.set_version_flag("--version", ex::library_version);
        app.add_option("--model", t.model, "the model to start from, as any program here writes it")
            ->required();
        app.add_option("--task", t.task, "what the new outputs mean (none: what the model's mean)")
            ->check(CLI::IsMember({"", "multilabel", "multiclass", "regression", "profile", "counts"}));
        app.add_option("--out", t.run.out, "folder for the results")->required();
        add_data(app, t.run.data);
        app.add_flag("--freeze", t.freeze,
                     "train the head and new pairs alone: units, their batch norms' statistics too, stay "
                     "(default: no)");
        auto* const add = app.add_flag(
            "--add-tasks", t.add_tasks,
            "keep the model's tasks and their rows of the head; add those it lacks (default: no)");
        app.add_option("--pairs", t.pairs,
                       "keep the model's tasks and their rows of the head; add so many pairs of units, those "
                       "that explain most of what it gets wrong")
            ->check(in_range<std::size_t>(0, 10000))
            ->excludes(add);
        app.add_option(
               "--rate", t.rates,
               "NAME=FACTOR: learning rate of the parameters whose names begin so; may be given again")
            ->allow_extra_args(false);
        add_training(app, t.run);
        app.callback([&] { tune(t); });
    });
}
