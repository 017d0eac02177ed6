// explain attributions: what every base adds to the logits of tasks, by a method of choice.
#pragma once
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <explainn/io/npy.hpp>

#include "explain/attribution_method.hpp"

namespace explain_program {

struct attributions_settings : model_options {
    std::string sequences, sums;
    attribution_choice choice;
};

/// The names of the tasks of these numbers.
inline std::vector<std::string> names_of(opened const& m, std::vector<ex::extent> const& tasks)
{
    std::vector<std::string> names;
    names.reserve(tasks.size());
    for (auto const t : tasks) names.push_back(m.tasks()[static_cast<std::size_t>(t)]);
    return names;
}
/// Rows of one sequence: sequence, position, base, and the contribution to every task.
inline void write_contributions(ex::output_file& out, ex::attributed_sequences const& some, ex::extent n,
                                std::string const& name)
{
    for (std::size_t l = 0; l < static_cast<std::size_t>(some.length); ++l) {
        out << name << '\t' << std::to_string(l) << '\t' << ex::char_of(some.letters_of(n)[l]);
        for (ex::extent k = 0; k < some.count(); ++k) out << '\t' << ex::float_text(some.of(n, k)[l]);
        out << '\n';
    }
}
/// A row for every task of one sequence: logit, the mean logit of the references, and what contributions
/// miss.
inline void write_sums(ex::output_file& out, ex::attributed_sequences const& some, ex::extent n,
                       std::string const& name, std::vector<std::string> const& tasks)
{
    for (ex::extent k = 0; k < some.count(); ++k) {
        auto const i = some.row(n, k);
        out << name << '\t' << ex::table_field(tasks[static_cast<std::size_t>(k)]) << '\t'
            << ex::number_text(some.logits[i]) << '\t' << ex::number_text(some.of_references[i]) << '\t'
            << ex::number_text(some.convergence[i]) << '\n';
    }
}

inline void run_attributions(attributions_settings const& o)
{
    o.require_own_output({{"--sequences", o.sequences}});
    if (!o.sums.empty())
        shared::require_own_files({{"--sums", o.sums}, {"--out", o.out}},
                                  {{"--model", o.model}, {"--sequences", o.sequences}});
    if (!o.sums.empty() && o.choice.method != "deeplift")
        throw ex::error{"--sums: expected --method deeplift, whose contributions add up to a difference of "
                        "logits, found --method " +
                        o.choice.method};
    opened m = open(o);
    auto const tasks = names_of(m, chosen_tasks(m, o.choice));
    bool const as_array = o.out.ends_with(".npy");
    std::optional<ex::output_file> table, sums;
    if (!as_array) {
        table.emplace(o.out);
        *table << "sequence\tposition\tbase";
        write_tasks(*table, tasks);
    }
    if (!o.sums.empty()) {
        sums.emplace(o.sums);
        *sums << "sequence\ttask\tlogit\treferences\tconvergence_delta\n";
    }
    std::vector<float> array;
    double most = 0;
    with_attribution_method(m, o, o.choice, [&](auto& method) {
        std::size_t before = 0;
        for_sequences(o.sequences, m.length(), 64, [&](ex::packed_sequences const& all) {
            // shuffles go by the number of a sequence in the whole file
            if constexpr (requires { method.number_from(before); }) method.number_from(before);
            before += all.size();
            method(all, [&](ex::attributed_sequences const& some) {
                if (interrupted()) throw interruption{"interrupted"};
                if (as_array) array.insert(array.end(), some.hypothetical.begin(), some.hypothetical.end());
                for (ex::extent n = 0; n < some.sequences; ++n) {
                    std::string const name =
                        ex::table_field(all.name(some.first + static_cast<std::size_t>(n)));
                    if (table) write_contributions(*table, some, n, name);
                    if (sums) write_sums(*sums, some, n, name, tasks);
                }
                for (double const x : some.convergence) most = std::max(most, std::abs(x));
            });
        });
    });
    if (o.choice.method == "deeplift")
        std::cerr << "note: contributions miss the difference of logits to the references by at most "
                  << ex::number_text(most) << '\n';
    if (as_array) {
        auto const bases = static_cast<std::int64_t>(m.length()),
                   count = static_cast<std::int64_t>(tasks.size());
        ex::write_npy(
            o.out,
            ex::tensor_entry::of<float>(
                "", {static_cast<std::int64_t>(array.size()) / (4 * bases * count), count, 4, bases}, array));
    }
    if (table) table->commit();
    if (sums) sums->commit();
}

inline void add_attributions(CLI::App& app)
{
    auto const o = std::make_shared<attributions_settings>();
    CLI::App* const c = app.add_subcommand(
        "attributions", "what every base adds to the logits, by mutagenesis, gradient x input or DeepLIFT");
    add_model(*c, *o,
              "table to write (- is standard output; .gz compresses; .npy: an array (sequences, tasks, 4, "
              "positions) of what each base would add)");
    add_sequence_file(*c, o->sequences);
    add_attribution_choice(*c, o->choice);
    c->add_option("--sums", o->sums,
                  "deeplift: table of logits, those of the references, and what contributions miss");
    c->callback([o] { run_attributions(*o); });
}

} // namespace explain_program
