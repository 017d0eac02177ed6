// explain sequences: every logit as its bias and what each unit adds.
#pragma once
#include <memory>
#include <string>

#include <explainn/interpret/contributions.hpp>

#include "explain/model.hpp"

namespace explain_program {

struct sequences_options : model_options {
    std::string sequences;
};

inline void run_sequences(sequences_options const& o)
{
    o.require_own_output({{"--sequences", o.sequences}});
    opened m = open(o);
    ex::explainer<device> explain{m.model, {.both_strands = o.strands()}};
    ex::output_file out{o.out};
    out << "sequence\ttask\tlogit\tbias";
    for (auto const& unit : explain.head()->units) out << '\t' << unit.name;
    out << '\n';
    for_sequences(o.sequences, m.length(), 256, [&](ex::packed_sequences const& some) {
        explain(some, [&](ex::explained_sequences<float> const& seen) {
            for (ex::extent n = 0; n < seen.sequences; ++n)
                for (ex::extent t = 0; t < seen.outputs(); ++t) {
                    auto const i = static_cast<std::size_t>(n);
                    out << ex::table_field(some.name(seen.first + i)) << '\t'
                        << ex::table_field(m.tasks()[static_cast<std::size_t>(t)]) << '\t'
                        << ex::float_text(seen.logit(n, t)) << '\t'
                        << ex::float_text(static_cast<float>(seen.bias(t)));
                    for (std::size_t u = 0; u < seen.units().size(); ++u)
                        out << '\t'
                            << ex::float_text(
                                   static_cast<float>(seen.contribution(n, static_cast<ex::extent>(u), t)));
                    out << '\n';
                }
        });
    });
    out.commit();
}

inline void add_sequences(CLI::App& app)
{
    auto const o = std::make_shared<sequences_options>();
    CLI::App* const c = app.add_subcommand(
        "sequences", "every logit of every sequence: its bias, and what each unit adds to it");
    add_model(*c, *o);
    c->add_option("--sequences", o->sequences, "FASTA or FASTQ, may be compressed (- is standard input)")
        ->required();
    c->callback([o] { run_sequences(*o); });
}

} // namespace explain_program
