// Reading and scoring of many sequences, stage by stage.
//
//     bench_stream make SEQUENCES LENGTH TASKS FASTA LABELS   random data, plain text
//     bench_stream read FASTA LENGTH                          sequences alone
//     bench_stream labelled FASTA LABELS                      sequences and labels, matched by name
//     bench_stream infer FASTA LENGTH OUTPUTS THREADS         the model alone, both strands, from memory
//     bench_stream predict FASTA LENGTH OUTPUTS THREADS OUT   read, scored on both strands and written
//
// Prints seconds and sequences; the model has 100 units.
#include <chrono>
#include <cstdio>
#include <numeric>
#include <string>

#include <explainn/cpu.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/train/score_stream.hpp>

namespace ex = explainn;

namespace {

using device = ex::cpu<float>;

double seconds_since(std::chrono::steady_clock::time_point from)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

void make(std::size_t count, std::size_t length, std::size_t tasks, char const* fasta, char const* labels)
{
    ex::random_numbers draw{ex::seed{1}, ex::stream::batches, 0};
    ex::output_file bases{fasta}, table{labels};
    table << "sequence";
    for (std::size_t t = 0; t < tasks; ++t) table << "\ttask" + std::to_string(t);
    table << '\n';
    std::string line(length, 'A');
    for (std::size_t i = 0; i < count; ++i) {
        auto const name = "chr" + std::to_string(i % 22 + 1) + ":" + std::to_string(200 * i) + "-" +
                          std::to_string(200 * i + length);
        for (auto& c : line) c = "ACGT"[draw.below(4)];
        bases << '>' << name << '\n' << line << '\n';
        std::string row = name;
        for (std::size_t t = 0; t < tasks; ++t) {
            auto const x = draw.below(20);
            row += x < 2 ? "\t1" : x < 15 ? "\t0" : "\t";
        }
        table << row << '\n';
    }
    bases.commit();
    table.commit();
}

ex::basic_model<device> model_of(int length, int outputs, int threads)
{
    return ex::make_paper_model<device>(ex::paper_card{.length = length, .units = 100, .outputs = outputs},
                                        ex::seed{1}, device{ex::threads{threads}});
}

std::size_t infer(char const* fasta, int length, int outputs, int threads,
                  std::chrono::steady_clock::time_point& begin)
{
    auto m = model_of(length, outputs, threads);
    auto const data = ex::read_unlabelled(fasta, static_cast<std::size_t>(length));
    std::vector<std::uint32_t> rows(data.size());
    std::iota(rows.begin(), rows.end(), 0u);
    begin = std::chrono::steady_clock::now();
    float sum = 0;
    ex::evaluator<device>{m, {.both_strands = true, .batch = 512}}(
        ex::part{data, rows},
        [&](std::size_t, ex::view<float const, 2> y, ex::host_batch const&) { sum += y.data[0]; });
    if (sum == 0.25f) std::puts(""); // so that the sum is not optimised away
    return data.size();
}

std::size_t predict(char const* fasta, int length, int outputs, int threads, char const* to)
{
    auto m = model_of(length, outputs, threads);
    ex::sized_reader file{fasta, static_cast<std::size_t>(length)};
    ex::output_file out{to};
    std::size_t count = 0;
    ex::score_stream(
        m, [&](ex::packed_sequences& some) { return file.next(some); }, {.both_strands = true},
        [&](ex::scored_batch<float> const& some) {
            for (std::size_t n = 0, i = 0; n < some.sequences.size(); ++n) {
                out << some.sequences.name(n);
                for (int t = 0; t < outputs; ++t, ++i) out << '\t' << ex::float_text(some.mean(i));
                out << '\n';
            }
            count += some.sequences.size();
        });
    out.commit();
    return count;
}

} // namespace

int main(int argc, char** argv)
{
    std::string const what = argc > 1 ? argv[1] : "";
    auto const number = [&](int i) { return std::stoi(argv[i]); };
    auto begin = std::chrono::steady_clock::now();
    std::size_t count = 0;
    try {
        if (what == "make" && argc == 7) {
            make(std::stoul(argv[2]), std::stoul(argv[3]), std::stoul(argv[4]), argv[5], argv[6]);
            return 0;
        }
        if (what == "read" && argc == 4) count = ex::read_unlabelled(argv[2], std::stoul(argv[3])).size();
        else if (what == "labelled" && argc == 4) count = ex::read_dataset(argv[2], argv[3]).size();
        else if (what == "infer" && argc == 6) count = infer(argv[2], number(3), number(4), number(5), begin);
        else if (what == "predict" && argc == 7)
            count = predict(argv[2], number(3), number(4), number(5), argv[6]);
        else {
            std::fprintf(stderr,
                         "error: expected make, read, labelled, infer or predict with their arguments\n");
            return 1;
        }
    } catch (std::exception const& e) {
        std::fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
    std::printf("%.3f %zu\n", seconds_since(begin), count);
}
