// explain sequences: every logit as its bias and what each unit adds.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <explainn/interpret/contributions.hpp>

#include "common/unit_labels.hpp"
#include "explain/model.hpp"

namespace explain_program {

struct sequences_options : model_options {
    shared::row_files rows;
    std::string names;
};

/// Rows of sequences and tasks: the logit, its bias, and what each unit adds.
class contribution_rows {
public:
    contribution_rows(ex::output_file& out, opened const& m) : out_{out}, m_{m} {}

    void header(shared::unit_labels const& labels)
    {
        out_ << "sequence\ttask\tlogit\tbias";
        for (std::size_t u = 0; u < labels.names().size(); ++u) out_ << '\t' << labels.label(u);
        out_ << '\n';
    }
    template <class NameOf>
    void write(ex::explained_sequences<float> const& seen, NameOf name_of)
    {
        auto const number = [this](double x) { out_ << '\t' << ex::float_text(static_cast<float>(x)); };
        for (ex::extent n = 0; n < seen.sequences; ++n)
            for (ex::extent t = 0; t < seen.outputs(); ++t) {
                out_ << ex::table_field(name_of(seen.first + static_cast<std::size_t>(n))) << '\t'
                     << ex::table_field(m_.tasks()[static_cast<std::size_t>(t)]);
                number(static_cast<double>(seen.logit(n, t)));
                number(seen.bias(t));
                for (std::size_t u = 0; u < seen.units().size(); ++u)
                    number(seen.contribution(n, static_cast<ex::extent>(u), t));
                out_ << '\n';
            }
    }

private:
    ex::output_file& out_;
    opened const& m_;
};

inline void run_sequences(sequences_options const& o)
{
    auto files = o.rows.files();
    files.push_back({"--names", o.names});
    o.require_own_output(files);
    opened m = open_any(o);
    ex::explainer<device> explain{m.model, {.both_strands = o.strands()}};
    shared::unit_labels const labels{o.names, explain.head()->units};
    ex::output_file out{o.out};
    contribution_rows rows{out, m};
    rows.header(labels);
    for_rows(m, o.rows, 256, [&](auto const& some, auto name_of) {
        explain(some, [&](ex::explained_sequences<float> const& seen) { rows.write(seen, name_of); });
    });
    out.commit();
}

inline void add_sequences(CLI::App& app)
{
    auto const o = std::make_shared<sequences_options>();
    CLI::App* const c = app.add_subcommand(
        "sequences", "every logit of every sequence: its bias, and what each unit adds to it");
    add_model(*c, *o);
    shared::add_rows(*c, o->rows);
    shared::add_names(*c, o->names);
    c->callback([o] { run_sequences(*o); });
}

} // namespace explain_program
