// Scores sequences with a trained model: both strands, their mean and maximum, one row per sequence and
// class; with several models, the mean of what they say and how far they differ.
#include <array>
#include <optional>

#include <explainn/core/table_field.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/npz.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/read_table.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/motif/hit_counts.hpp>
#include <explainn/train/score_stream.hpp>
#include <explainn/train/task_by_name.hpp>

#include "common/all_rows.hpp"
#include "common/outputs.hpp"
#include "common/processor.hpp"
#include "common/program.hpp"
#include "common/row_files.hpp"
#include "predict_sequences/ensemble.hpp"

namespace ex = explainn;
using namespace predict_sequences;

namespace {

/// Writes SeqId, Class, Fwd, Rev, Mean, Max of logits, or what the link of the model's task makes of them
/// (after mean and maximum): probabilities of yes and no or of classes, rates of counts.
class table_writer {
public:
    table_writer(std::filesystem::path const& out, ex::model_file const& file, bool probabilities)
        : tasks_{file.facts.tasks}, link_{link_of(file, probabilities)}, out_{out}
    {
        for (auto& row : rows_) row.resize(tasks_.size());
        out_ << "SeqId\tClass\tFwd\tRev\tMean\tMax\n";
    }
    void write(ex::scored_batch<float> const& some)
    {
        std::size_t const outputs = tasks_.size();
        for (std::size_t i = 0; i < some.sequences.size(); ++i) {
            for (std::size_t o = 0; o < outputs; ++o) {
                double const f = static_cast<double>(some.forward[i * outputs + o]),
                             r = static_cast<double>(some.reverse[i * outputs + o]);
                rows_[0][o] = f;
                rows_[1][o] = r;
                rows_[2][o] = (f + r) / 2;
                rows_[3][o] = std::max(f, r);
            }
            for (auto& row : rows_) link_(row);
            for (std::size_t o = 0; o < outputs; ++o) {
                out_ << ex::table_field(some.sequences.name(i)) << '\t' << ex::table_field(tasks_[o]);
                for (auto const& row : rows_) out_ << '\t' << ex::float_text(static_cast<float>(row[o]));
                out_ << '\n';
            }
        }
    }
    void commit() { out_.commit(); }

private:
    std::vector<std::string> tasks_;
    task_link link_;
    std::array<std::vector<double>, 4> rows_;
    ex::output_file out_;
};

/// Logits and unit outputs of all sequences, as arrays for NumPy.
class array_writer {
public:
    array_writer(std::string path, std::int64_t outputs, std::int64_t units)
        : path_{std::move(path)}, columns_{outputs, outputs, units, units}
    {
    }
    bool wanted() const { return !path_.empty(); }
    void add(ex::scored_batch<float> const& some)
    {
        std::size_t i = 0;
        for (auto const* more : {&some.forward, &some.reverse, &some.forward_units, &some.reverse_units}) {
            arrays_[i].insert(arrays_[i].end(), more->begin(), more->end());
            ++i;
        }
    }
    void write() const
    {
        ex::tensor_table all;
        for (std::size_t i = 0; i < arrays_.size(); ++i)
            all.add(ex::tensor_entry::of<float>(
                names[i], {static_cast<std::int64_t>(arrays_[i].size()) / columns_[i], columns_[i]},
                arrays_[i]));
        ex::write_npz(path_, all);
    }

private:
    static constexpr std::array<char const*, 4> names{"forward", "reverse", "forward_units", "reverse_units"};
    std::string path_;
    std::array<std::int64_t, 4> columns_;
    std::array<std::vector<float>, 4> arrays_;
};

/// Scores rows with signals, a batch at a time. Signals are the same for both strands.
template <class Data, class Each>
void score_signals(ex::basic_model<device>& m, Data const& data, bool unit_outputs, Each each)
{
    constexpr std::size_t at_once = 512;
    ex::evaluator<device> run{m, {.both_strands = false}}; // the strands are kept separate
    auto const score = [&](ex::host_batch& batch, std::vector<float>& logits, std::vector<float>& units) {
        auto const turn = m.use();
        auto const y = run.logits(batch);
        logits.assign(y.data, y.data + y.count());
        if (unit_outputs) units = ex::unit_outputs_of(m, batch.count);
    };
    for (std::size_t first = 0; first < data.size(); first += at_once) {
        std::vector<ex::sample> samples(std::min(at_once, data.size() - first));
        ex::scored_batch<float> some;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            samples[i].row = static_cast<std::uint32_t>(first + i);
            some.sequences.append(data.name(first + i), std::string_view{});
        }
        some.letters.fill(data, samples);
        ex::each_strand(some.letters, data.length(), true, [&](ex::host_batch& batch, bool reverse) {
            if (reverse) score(batch, some.reverse, some.reverse_units);
            else score(batch, some.forward, some.forward_units);
        });
        each(some);
    }
}

/// Rows of signals of which only the names and numbers are asked for.
class named_signals {
public:
    named_signals(ex::packed_sequences const& names, ex::signal_matrix signals)
        : names_{names}, signals_{std::move(signals)}
    {
    }
    std::size_t size() const { return signals_.rows(); }
    static std::size_t length() { return 0; }
    static std::size_t outputs() { return 0; }
    ex::shape signal_shape() const { return signals_.row_shape(); }
    void signals_of(std::size_t row, std::span<float> out) const
    {
        std::ranges::copy(signals_.row(row), out.begin());
    }
    void labels_of(std::size_t, std::span<float>) const {}
    std::string_view name(std::size_t row) const { return names_.name(row); }

private:
    ex::packed_sequences const& names_;
    ex::signal_matrix signals_;
};

/// Scores sequences with a model of motif counts: counts the hits of the motifs of its file, some sequences
/// at a time.
template <class Next, class Each>
void score_counts(ex::basic_model<device>& m, ex::model_file const& file, bool unit_outputs, Next next,
                  Each each)
{
    constexpr std::size_t at_once = 4096;
    auto const motifs = ex::parse_motifs(file.facts.counted_motifs, file.path).motifs;
    ex::scan_options const how{.threads = static_cast<std::size_t>(m.device().thread_count())};
    auto const matrices = ex::score_matrices(motifs, how);
    for (bool more = true; more;) {
        ex::packed_sequences some;
        while (some.size() < at_once && (more = next(some))) {}
        if (!some.empty())
            score_signals(m, named_signals{some, ex::hit_counts(matrices, some, how)}, unit_outputs, each);
    }
}

struct options {
    shared::row_files rows;
    std::vector<std::string> models;
    std::string table, out = "predictions.tsv.gz", arrays;
    bool probabilities = false;
    shared::processor_options processor;
};

void predict(options const& o)
{
    auto files = o.rows.files();
    for (auto const& model : o.models) files.push_back({"--model", model});
    files.push_back({"--table", o.table});
    shared::require_own_files({{"--out", o.out}, {"--arrays", o.arrays}}, files);
    auto const file = ex::read_model_file(o.models.front());
    auto m = ex::open_model<device>(file, o.processor.device());
    bool const counts = !file.facts.counted_motifs.empty() && o.rows.signals.empty();
    other_models others{std::span{o.models}.subspan(1), o.models.front(), file, m, o.processor.device()};
    if (others.size() > 0 && (counts || !o.arrays.empty()))
        throw ex::error{(counts ? o.models.front() + ", which counts motifs" : std::string{"--arrays"}) +
                        ": expected one --model, found " + std::to_string(o.models.size())};
    if (!counts && (o.table.empty() || m.rows().reads_signals())) shared::require_rows(o.rows, m.rows());
    auto const length = counts ? file.facts.counted_length : static_cast<std::size_t>(m.length());
    std::optional<table_writer> table;
    std::optional<spread_writer> spread;
    if (others.size() == 0) table.emplace(o.out, file, o.probabilities);
    else spread.emplace(o.out, file.facts.tasks, link_of(file, o.probabilities));
    array_writer arrays{o.arrays, m.outputs(), m.units()};
    std::size_t done = 0;
    auto const write = [&](ex::scored_batch<float>& some) {
        if (interrupted())
            throw interruption{"interrupted after " + std::to_string(done) +
                               " sequences; nothing was written"};
        if (table) table->write(some);
        else spread->write(some.sequences, others.logits_of(some, static_cast<std::size_t>(m.length())));
        done += some.sequences.size();
        if (arrays.wanted()) arrays.add(some);
    };
    auto const score = [&](auto next) {
        if (counts) score_counts(m, file, arrays.wanted(), next, write);
        else ex::score_stream(m, next, {.both_strands = true, .unit_outputs = arrays.wanted()}, write);
    };
    if (m.rows().reads_signals() && !counts) {
        score_signals(m, shared::given_rows{o.rows, m.rows()}, arrays.wanted(), write);
    } else if (!o.table.empty()) {
        auto const data = ex::read_table(o.table);
        if (counts && data.length() != length)
            throw ex::error{o.table + ": expected sequences of " + std::to_string(length) +
                            " bases as the model, found " + std::to_string(data.length())};
        std::vector<ex::letter> letters(data.length());
        score([&, row = std::size_t{}](ex::packed_sequences& some) mutable {
            if (row == data.size()) return false;
            data.letters_of(row, letters);
            some.append(data.name(row++), letters);
            return true;
        });
    } else {
        ex::sized_reader sequences{o.rows.sequences, length};
        score([&](ex::packed_sequences& some) { return sequences.next(some); });
    }
    if (arrays.wanted()) arrays.write();
    if (table) table->commit();
    else spread->commit();
    std::cerr << done << " sequences scored into " << o.out << '\n';
}

} // namespace

int main(int argc, char** argv)
{
    options o;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description("Scores sequences with a trained model on both strands.");
        app.add_option(
               "--model", o.models,
               "The model, as tf_binding or import_pytorch writes it; given again, models of the same "
               "tasks, of whose predictions the mean and the standard deviation are written")
            ->required()
            ->allow_extra_args(false);
        auto* const sequences =
            app.add_option("--sequences", o.rows.sequences, "FASTA or FASTQ, may be compressed");
        shared::add_signals(app, o.rows);
        app.add_option("--table", o.table, "The reference's table instead: id, sequence, labels (not used)")
            ->excludes(sequences);
        app.add_option("--out", o.out, "The table to write; .gz compresses");
        app.add_option(
            "--arrays", o.arrays,
            "Also an .npz for NumPy: logits (forward, reverse: sequences x classes) and unit outputs "
            "(forward_units, reverse_units: sequences x units); kept in memory until the end");
        app.add_flag("--probabilities", o.probabilities,
                     "Write what the link of the model's task makes of logits: probabilities, rates");
        shared::add_processor(app, o.processor);
        app.callback([&] {
            if (o.rows.sequences.empty() && o.rows.signals.empty() && o.table.empty())
                throw ex::error{"expected --sequences or --table, found neither"};
            predict(o);
        });
    });
}
