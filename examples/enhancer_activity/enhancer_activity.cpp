// Enhancers and their activity (the paper's Fig. 2): a regression of one or more columns, what pairs of
// motifs say together, and what dense layers in the units are good for.
//
//     enhancer_activity --sequences enhancers.fa.gz --labels activities.tsv --out run --pair GATA1,SOX2
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/insertion.hpp>

#include "common/made_up.hpp"
#include "common/program.hpp"
#include "common/task_run.hpp"
#include "common/words.hpp"

namespace {
namespace ex = explainn;
using namespace task_training;

struct activity_options : run_options {
    ex::paper_card card;
    std::vector<std::string> pairs;
    std::string compared;
    std::size_t backgrounds = 100;
};

struct word_pair {
    std::string first, second;
    std::vector<ex::letter> a, b;
};

std::vector<word_pair> pairs_of(activity_options const& o, ex::motif_set const& known)
{
    std::vector<word_pair> all;
    for (auto const& text : o.pairs) {
        auto const names = shared::list_of(text, "--pair");
        if (names.size() != 2)
            throw ex::error{"--pair: expected two words or motifs with a comma between, found " +
                            ex::in_quotes(text)};
        all.push_back({names[0], names[1], shared::word_of(names[0], known, "--pair"),
                       shared::word_of(names[1], known, "--pair")});
    }
    return all;
}

/// cooperativity.tsv: each pair at every distance and orientation, in dinucleotide shuffles of the test
/// sequences.
void write_cooperativity(activity_options const& o, shared::training_run const& run, network& m,
                         shared::run_data<ex::dataset> const& given, std::vector<word_pair> const& pairs)
{
    ex::output_file out{run.folder() / "cooperativity.tsv"};
    out << "first\tsecond\tfirst_strand\tsecond_strand\tdistance\tcolumn\tratio\tdifference\n";
    ex::background_sequences test{given.data.length(), {}};
    std::vector<ex::letter> letters(given.data.length());
    for (auto const row : given.rows.test) {
        if (test.size() == o.backgrounds) break;
        given.data.letters_of(row, letters);
        test.append(letters);
    }
    auto const backgrounds = ex::shuffled_backgrounds(o.backgrounds, test, o.how.from);
    for (auto const& pair : pairs) {
        ex::cooperativity_point most;
        double best = 0;
        for (auto& p : ex::cooperativity(m, pair.a, pair.b, backgrounds)) {
            for (std::size_t t = 0; t < given.outputs.size(); ++t)
                out << ex::table_field(pair.first) << '\t' << ex::table_field(pair.second) << '\t'
                    << (p.turned.first_reverse ? '-' : '+') << '\t' << (p.turned.second_reverse ? '-' : '+')
                    << '\t' << std::to_string(p.distance) << '\t' << ex::table_field(given.outputs[t]) << '\t'
                    << ex::number_text(p.ratio[t], 6) << '\t' << ex::number_text(p.beyond[t], 6) << '\n';
            if (double const top = *std::ranges::max_element(p.beyond); top > best)
                best = top, most = std::move(p);
        }
        if (best > 0) {
            auto const column = std::ranges::max_element(most.beyond) - most.beyond.begin();
            std::printf("%s with %s: most beyond each alone is %+.2f of %s, at distance %d (%c%c)\n",
                        pair.first.c_str(), pair.second.c_str(), best,
                        given.outputs[static_cast<std::size_t>(column)].c_str(), most.distance,
                        most.turned.first_reverse ? '-' : '+', most.turned.second_reverse ? '-' : '+');
        }
    }
    out.commit();
}

/// depths.tsv: the same data and seed with other numbers of dense layers in the units.
void compare_depths(activity_options const& o, shared::training_run const& run,
                    shared::run_data<ex::dataset> const& given, std::vector<int> const& depths,
                    shared::started_filters const& starts)
{
    ex::output_file out{run.folder() / "depths.tsv"};
    out << "num_fc\tmeasure\tall";
    for (auto const& column : given.outputs) out << '\t' << ex::table_field(column);
    out << '\n';
    ex::regression const task;
    for (int const depth : depths) {
        ex::paper_card card = o.card;
        card.num_fc = depth;
        network m = ex::make_paper_model<device>(card, o.how.from, o.processor.device());
        ex::training unused;
        starts.start(m, unused); // what is frozen stands in o.how already
        auto const loss = loss_of(task, o.loss, o.reduction);
        auto trainer = shared::trainer_of(o, m, loss, loss.sum);
        auto const ask = [](auto const&) { return interrupted() ? ex::go_on::no : ex::go_on::yes; };
        trainer.fit(ex::part{given.data, given.rows.train}, ex::part{given.data, given.rows.valid},
                    ex::listeners{ask});
        shared::stop_if_interrupted();
        auto const seen = ex::outcomes_of(m, ex::part{given.data, given.rows.test}, task);
        for (auto const& each : task.measures(seen.table())) {
            out << std::to_string(depth) << '\t' << each.name << '\t' << ex::number_text(each.overall, 6);
            for (double const x : each.by_output) out << '\t' << ex::number_text(x, 6);
            out << '\n';
            if (each.name == "pcc") std::printf("%d dense layers: pcc %.3f\n", depth, each.overall);
        }
    }
    out.commit();
}

void train(activity_options& o)
{
    std::vector<char const*> more;
    if (!o.pairs.empty()) more.push_back("cooperativity.tsv");
    if (!o.compared.empty()) more.push_back("depths.tsv");
    auto run = begin(o, {}, more);
    shared::started_filters const starts{o.filters, o.card};
    run.read_report_inputs(static_cast<std::size_t>(o.card.units));
    ex::regression const task;
    loss_of(task, o.loss, o.reduction); // refused before data are read
    std::vector<int> depths;
    if (!o.compared.empty())
        for (auto const& text : shared::list_of(o.compared, "--compare-num-fc")) {
            auto const x = ex::number_of(text);
            if (!x || *x != static_cast<int>(*x) || *x < 0 || *x > 8)
                throw ex::error{"--compare-num-fc: expected whole numbers from 0 to 8, found " +
                                ex::in_quotes(text)};
            depths.push_back(static_cast<int>(*x));
        }
    auto const pairs = pairs_of(o, run.known_motifs());
    auto const [data, rows] = run.read([&] { return o.data.read(o.how.from); });
    require_labels(task, data, o.data.label_file());
    o.card.length = static_cast<ex::extent>(data.length());
    o.card.outputs = static_cast<ex::extent>(data.outputs());
    network m = ex::make_paper_model<device>(o.card, o.how.from, o.processor.device());
    auto facts = facts_of(o, data);
    facts["architecture"] = ex::to_json(o.card);
    starts.add_facts(facts);
    starts.start(m, o.how);
    shared::run_data<ex::dataset> const given{data, data, rows, data.tasks()};
    train_and_write(run, o, task, m, given, std::move(facts), [&](auto const& look) {
        if (starts.given()) starts.finish(run.folder(), look().second, run.known_motifs(), given.outputs);
        if (!pairs.empty())
            run.step("pairs", [&] {
                write_cooperativity(o, run, m, given, pairs);
                return shared::counted(pairs.size(), "pair") + " at every distance";
            });
        if (!depths.empty())
            run.step("depths", [&] {
                compare_depths(o, run, given, depths, starts);
                return shared::counted(depths.size(), "model");
            });
    });
}

/// Made-up enhancers: SOX2 and POU5F1 raise the first column a little each, and a lot where they stand side
/// by side as Pou5f1::Sox2 binds them; NRF1 raises the second.
void demo(activity_options o)
{
    auto const folder = shared::demo_folder("enhancer_activity");
    shared::motif_words const words;
    shared::made_up_data data{folder, "activities.tsv", {"developmental", "housekeeping"}};
    for (std::uint32_t i = 0; i < 6000; ++i) {
        ex::random_numbers draw{ex::seed{1}, ex::stream::backgrounds, i};
        shared::made_up_sequence s{120, draw};
        auto const put = [&](char const* name, double chance) {
            bool const there = draw.uniform() < chance;
            if (there) s.put(words.draw(name, draw));
            return there ? 1.0 : 0.0;
        };
        double const developmental =
            0.5 * put("SOX2", 0.3) + 0.5 * put("POU5F1", 0.3) + 2.5 * put("Pou5f1::Sox2", 0.25);
        double const housekeeping = 1.5 * put("NRF1", 0.3);
        data.add(s.text(),
                 {developmental + shared::noise(draw, 0.3), housekeeping + shared::noise(draw, 0.3)});
    }
    data.commit();
    std::fprintf(
        stderr,
        "demo: 6,000 made-up sequences of 120 bases with SOX2, POU5F1, both side by side, and NRF1\n");
    o.data.sequences = (folder / "sequences.fa.gz").string();
    o.data.labels = (folder / "activities.tsv").string();
    o.out = folder.string();
    o.overwrite = true;
    o.recipe = "recommended";
    o.take_recipe();
    o.how.epochs = 12;
    o.card.units = 24;
    o.pairs = {"CATTGT,ATGCAAAT"};
    o.compared = "0,2";
    train(o);
    std::printf(
        "results are in %s/; open %s in a browser; enhancer_activity --help says what else there is\n",
        folder.string().c_str(), (folder / shared::report_name).string().c_str());
}

} // namespace

int main(int argc, char** argv)
{
    activity_options o;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Activity of enhancers, such as STARR-seq and MPRA measure it, from sequence. Without an "
            "argument: a demo on made-up data.");
        app.set_version_flag("--version", ex::library_version);
        app.add_option("--out", o.out, "folder for the results")->required(argc > 1);
        add_data(app, o.data);
        shared::add_architecture(app, o.card);
        shared::add_filters(app, o.filters);
        add_training(app, o);
        app.add_option(
            "--pair", o.pairs,
            "two words or motifs of --motifs with a comma between: what both say beyond each alone, at "
            "every distance, into cooperativity.tsv; may be given several times");
        app.add_option("--backgrounds", o.backgrounds,
                       "shuffled test sequences that pairs are put into; medians over them are written")
            ->check(in_range<std::size_t>(1, 100000));
        app.add_option(
            "--compare-num-fc", o.compared,
            "also train with these numbers of dense layers, such as 0,2, and measure each (depths.tsv)");
        app.callback([&] { argc == 1 ? demo(o) : train(o); });
    });
}
