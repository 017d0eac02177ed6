// Scores sequences with a trained model: both strands, their mean and maximum, one row per sequence and
// class.
#include <array>
#include <functional>

#include <explainn/cpu.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/read_table.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/evaluate.hpp>
#include <explainn/train/task_by_name.hpp>

#include "program.hpp"

namespace ex = explainn;
using device = ex::cpu<float>;

namespace {

constexpr std::size_t batch = 500;

/// Writes SeqId, Class, Fwd, Rev, Mean, Max of logits, or what the link of the model's task makes of them
/// (after mean and maximum): probabilities of yes and no or of classes, rates of counts.
class table_writer {
public:
    table_writer(std::filesystem::path const& out, ex::model_file const& file, bool probabilities,
                 int threads)
        : model_{ex::paper_model_of<device>(file, device{ex::threads{threads}})}, run_{model_, {}},
          tasks_{file.facts.tasks}, out_{out}
    {
        if (probabilities)
            link_ = [all = ex::tasks_of(file.facts.task.empty() ? "multilabel" : file.facts.task,
                                        model_.outputs())](std::span<double> row) { all.link(row); };
        out_ << "SeqId\tClass\tFwd\tRev\tMean\tMax\n";
    }
    void write(ex::packed_sequences const& sequences, std::size_t first, std::size_t last)
    {
        auto const length = static_cast<std::size_t>(model_.length());
        letters_.count = static_cast<ex::extent>(last - first);
        letters_.letters.resize((last - first) * length);
        letters_.has_n = false;
        for (std::size_t i = first; i < last; ++i) {
            if (sequences.length(i) != length)
                throw ex::error{std::string{sequences.name(i)} + ": expected " + std::to_string(length) +
                                " bases as the model, found " + std::to_string(sequences.length(i))};
            sequences.unpack(i, {letters_.letters.data() + (i - first) * length, length});
            letters_.has_n = letters_.has_n || sequences.has_n(i);
        }
        auto const forward = copy(run_.logits(letters_));
        letters_.flip(length);
        auto const reverse = copy(run_.logits(letters_));
        std::size_t const outputs = tasks_.size();
        std::array<std::vector<double>, 4> rows;
        for (auto& row : rows) row.resize(outputs);
        for (std::size_t i = first; i < last; ++i) {
            for (std::size_t o = 0; o < outputs; ++o) {
                std::size_t const at = (i - first) * outputs + o;
                double const f = static_cast<double>(forward[at]), r = static_cast<double>(reverse[at]);
                rows[0][o] = f;
                rows[1][o] = r;
                rows[2][o] = (f + r) / 2;
                rows[3][o] = std::max(f, r);
            }
            if (link_)
                for (auto& row : rows) link_(row);
            for (std::size_t o = 0; o < outputs; ++o) {
                out_ << sequences.name(i) << '\t' << tasks_[o];
                for (auto const& row : rows) out_ << '\t' << ex::number_text(row[o]);
                out_ << '\n';
            }
        }
    }
    void commit() { out_.commit(); }

private:
    static std::vector<float> copy(ex::view<float const, 2> logits)
    {
        return {logits.data, logits.data + logits.count()};
    }

    ex::basic_model<device> model_;
    ex::evaluator<device> run_;
    std::vector<std::string> tasks_;
    std::function<void(std::span<double>)> link_;
    ex::output_file out_;
    ex::host_batch letters_;
};

void predict(std::string const& model, std::string const& fasta, std::string const& table,
             std::string const& to, bool probabilities, int threads)
{
    table_writer writer{to, ex::read_model_file(model), probabilities, threads};
    std::size_t done = 0;
    auto const stop_if_asked = [&] {
        if (interrupted())
            throw interruption{"interrupted after " + std::to_string(done) +
                               " sequences; nothing was written"};
    };
    if (!table.empty()) {
        auto const data = ex::read_table(table);
        for (; done < data.size(); done = std::min(done + batch, data.size())) {
            stop_if_asked();
            writer.write(data.sequences(), done, std::min(done + batch, data.size()));
        }
    } else {
        ex::fasta_file file{fasta};
        for (bool more = true; more;) {
            stop_if_asked();
            ex::packed_sequences some;
            while (some.size() < batch && (more = file.next(some))) {}
            if (!some.empty()) writer.write(some, 0, some.size());
            done += some.size();
        }
    }
    writer.commit();
    std::cerr << done << " sequences scored into " << to << '\n';
}

} // namespace

int main(int argc, char** argv)
{
    std::string model, fasta, table, out = "predictions.tsv.gz";
    bool probabilities = false;
    int threads = 0;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description("Scores sequences with a trained model on both strands.");
        app.add_option("--model", model, "The model, as tf_binding or import_pytorch writes it")->required();
        auto* const sequences = app.add_option("--sequences", fasta, "FASTA or FASTQ, may be compressed");
        app.add_option("--table", table, "The reference's table instead: id, sequence, labels (not used)")
            ->excludes(sequences);
        app.add_option("--out", out, "The table to write; .gz compresses");
        app.add_flag("--probabilities", probabilities,
                     "Write what the link of the model's task makes of logits: probabilities, rates");
        app.add_option("--threads", threads, "Threads (0: all cores)")->check(CLI::NonNegativeNumber);
        app.callback([&] {
            if (fasta.empty() == table.empty())
                throw ex::error{"expected --sequences or --table, found " +
                                std::string{fasta.empty() ? "neither" : "both"}};
            predict(model, fasta, table, out, probabilities, threads);
        });
    });
}
