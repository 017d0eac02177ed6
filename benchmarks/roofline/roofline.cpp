// What limits every stage of a training step and of inference on one core, and how near it comes to that
// limit: U 100, L 200, O 50, batch 100.
//
//     bench_roofline [CHART.svg]
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>

#include <explainn/cpu.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/trainer.hpp>

#include "../ops/cases.hpp"
#include "machine.hpp"

namespace {

using namespace bench;
using device = ex::cpu<float>;

/// The work of a stage: multiply-adds, other operations on one lane of a vector, table entries, and bytes
/// that are moved between the stage's arrays and the core, each counted once.
struct work {
    double products{}, operations{}, entries{}, bytes{};
};
struct stage {
    std::string name;
    work todo;
    double seconds{};
    bool training = true, inference = false;
};
struct bound {
    double seconds{};
    std::string by;
};

bound bound_of(machine const& m, work const& w)
{
    auto const& memory = m.level_of(w.bytes);
    bound worst{(w.products + w.operations) / m.multiply_adds,
                w.products > w.operations ? "products" : "vector ops"};
    if (double const t = w.entries / m.entries_l2; t > worst.seconds) worst = {t, "table, L2"};
    if (double const t = w.bytes / memory.rate; t > worst.seconds) worst = {t, memory.name};
    return worst;
}

constexpr double n = N, u = U, o = O, cells = N * P * U, hidden = double(N) * H * U,
                 products = N * P * H * double(U), blocks = (U + 15) / 16, words = 5,
                 weights = U * H * double(P), parameters = 310000;
// operations of one element, counted in the code of cpu/
constexpr double exponential = 18, bce = 60, normalise = 8, variance = 3, back = 12, event = 2, adam = 14,
                 mask = 18;

/// The ops of benchmarks/ops that make up a step, under the names they have there.
std::map<std::string, stage> stages()
{
    double const windows = n * P * POOL;
    work const scan{0, windows * 16 * blocks * 3 + cells * exponential, windows * words * blocks,
                    cells * 4 + n * L * 3};
    work scan_training = scan;
    scan_training.bytes += cells * 2;
    double const dense_bytes = 4 * (cells + weights + hidden);
    return {
        {"window_statistics", {"statistics: pairs of bases", {0, 3. * 2 * 16 * W * n * 3, 0, n * L}}},
        {"conv_statistics",
         {"statistics: of units", {2 * u * (4 * W) * (4 * W), 0, 0, 4. * W * 4 * W * 8 + u * 4 * W * 8}}},
        {"motif_scan", {"scan, pool, exponential", scan_training}},
        {"motif_scan, inference", {"scan, pool, exponential", scan, 0, false, true}},
        {"dense_pair",
         {"dense forward, with dropout bits",
          {products + hidden, hidden * (normalise + variance + mask) + n * u * 10, 0, dense_bytes}}},
        {"dense_pair, inference",
         {"dense forward",
          {products + hidden, hidden * 2 + n * u * 2, 0, 4 * (cells + weights)},
          0,
          false,
          true}},
        {"linear", {"head forward", {n * u * o, 0, 0, 4 * (n * u + u * o + n * o)}, 0, true, true}},
        {"bce_with_logits", {"loss", {0, n * o * bce, 0, 12 * n * o}}},
        {"linear_gradient", {"head backward", {2 * n * u * o, 0, 0, 4 * (2 * n * u + 2 * u * o + n * o)}}},
        {"dense_pair_gradient",
         {"dense backward",
          {2 * products, hidden * back + n * u * 20, 0, 4 * (hidden + 2 * cells + 2 * weights)}}},
        {"motif_scan_gradient", {"scatter", {0, cells * (80 + event), 0, cells * 10}}},
        {"adam_step", {"optimizer", {0, parameters * adam, 0, parameters * 28}}},
    };
}

/// Sequences packed as a data set keeps them, with labels.
struct packed_rows {
    ex::packed_sequences sequences;
    std::vector<float> labels;
    packed_rows()
    {
        ex::random_numbers draw{ex::seed{1}, ex::stream::tests};
        std::vector<ex::letter> codes(L);
        for (extent i = 0; i < N; ++i) {
            for (auto& c : codes) c = static_cast<ex::letter>(draw.below(4));
            sequences.append(std::to_string(i), std::span<ex::letter const>{codes});
        }
        for (extent i = 0; i < N * O; ++i) labels.push_back(static_cast<float>(draw.below(2)));
    }
    std::size_t size() const { return N; }
    std::size_t length() const { return L; }
    std::size_t outputs() const { return O; }
    void letters_of(std::size_t row, std::span<ex::letter> to) const { sequences.unpack(row, to); }
    void labels_of(std::size_t row, std::span<float> to) const
    {
        std::copy_n(labels.begin() + static_cast<std::ptrdiff_t>(row * O), O, to.begin());
    }
    bool has_n(std::size_t) const { return false; }
};

struct whole_step {
    double training{}, inference{}, data{};
};
whole_step time_steps()
{
    packed_rows const data;
    std::vector<std::uint32_t> rows(N);
    for (std::uint32_t i = 0; i < N; ++i) rows[i] = i;
    auto const order = ex::epoch_order(rows, false, ex::seed{1}, 1);
    ex::host_batch batch;
    ex::sizes given{.length = L, .units = {U}, .outputs = O};
    given.width = W, given.pool = given.stride = POOL, given.hidden = H, given.dropout = 30;
    ex::model<ex::dynamic_paper_network<2>, device> model{given, ex::seed{1}, device{ex::threads{1}}};
    ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    ex::evaluator<device> evaluate{model, {}};
    whole_step t;
    t.data = shortest([&] { batch.fill(data, order); });
    t.training = shortest([&] { batch.fill(data, order), trainer.train_batch(batch); });
    t.inference = shortest([&] { batch.fill(data, order), evaluate.logits(batch); });
    return t;
}

void chart(char const* path, machine const& m, std::vector<stage> const& all)
{
    std::ofstream svg{path};
    double longest = 0;
    for (auto const& s : all) longest = std::max(longest, s.seconds);
    auto const height = 24 * all.size() + 40;
    svg << "<svg xmlns='http://www.w3.org/2000/svg' width='860' height='" << height
        << "' font-family='sans-serif' font-size='12'>\n"
           "<rect width='860' height='100%' fill='white'/>\n"
           "<text x='10' y='18'>microseconds on one core: measured (grey), bound (blue)</text>\n";
    double y = 30;
    for (auto const& s : all) {
        auto const b = bound_of(m, s.todo);
        double const scale = 440 / longest;
        svg << "<text x='270' y='" << y + 13 << "' text-anchor='end'>" << s.name
            << (s.training ? "" : " (inference)") << "</text><rect x='280' y='" << y
            << "' height='18' fill='#ccc' width='" << s.seconds * scale << "'/><rect x='280' y='" << y + 4
            << "' height='10' fill='#2b6cb0' width='" << b.seconds * scale << "'/><text x='"
            << 286 + s.seconds * scale << "' y='" << y + 13 << "'>" << std::lround(s.seconds * 1e6) << " ("
            << b.by << ", " << std::lround(100 * b.seconds / s.seconds) << " %)</text>\n";
        y += 24;
    }
    svg << "</svg>\n";
    if (!svg.flush()) throw ex::error{std::string{path} + ": cannot be written"};
}

void print(machine const& m, std::vector<stage> const& all, char const* title, double whole,
           bool stage::*part)
{
    std::printf("\n%-34s %9s %9s %8s %8s %7s  %-10s %6s %6s\n", title, "M madds", "M ops", "M looks", "KB",
                "us", "bound by", "bound", "share");
    double sum = 0, bounds = 0;
    for (auto const& s : all) {
        if (!(s.*part)) continue;
        auto const b = bound_of(m, s.todo);
        sum += s.seconds, bounds += b.seconds;
        std::printf("%-34s %9.3f %9.3f %8.3f %8.0f %7.1f  %-10s %5.0f%% %5.1f%%\n", s.name.c_str(),
                    s.todo.products / 1e6, s.todo.operations / 1e6, s.todo.entries / 1e6, s.todo.bytes / 1024,
                    s.seconds * 1e6, b.by.c_str(), 100 * b.seconds / s.seconds, 100 * s.seconds / whole);
    }
    std::printf("%-34s %45.1f  %-10s %5.0f%% %5.1f%%\n", "all stages", sum * 1e6, "", 100 * bounds / sum,
                100 * sum / whole);
    std::printf("%-34s %45.1f  %-10s %5.0f%%\n", "the whole step, run as one", whole * 1e6, "",
                100 * bounds / whole);
}

} // namespace

int main(int count, char** words)
try {
    machine const m;
    char const* const names[] = {"base", "AVX2", "AVX-512"};
    std::printf("one core, vectors: %s\n%8.1f GFLOP/s of multiply-adds\n%8.2f / %.2f G table entries of 64 "
                "bytes loaded and "
                "added a second, from L1 / L2\n",
                names[static_cast<int>(m.level)], 2 * m.multiply_adds / 1e9, m.entries / 1e9,
                m.entries_l2 / 1e9);
    for (auto const& l : m.levels) std::printf("%8.1f GB/s by x += y in %s\n", l.rate / 1e9, l.name);

    auto known = stages();
    std::vector<stage> all;
    device b{ex::threads{1}};
    add_cases([&](std::string const& name, auto make) {
        auto const found = known.find(name);
        if (found == known.end()) return;
        arrays<device> memory{b};
        auto const op = make(memory);
        found->second.seconds = shortest([&] { run(b, op); });
        all.push_back(found->second);
    });
    if (all.size() != known.size()) throw ex::error{"a stage is no longer among the cases of benchmarks/ops"};

    auto const whole = time_steps();
    ex::simd::word_layout const layout{W, 4};
    ex::aligned_array<float> table(layout.floats()), filter(16 * 4 * W), sign(16);
    auto const table_floats = 16 * double(layout.words() * layout.entries());
    all.push_back({"of the scan: table rebuild",
                   {0, 2 * table_floats * blocks, 0, 4 * table_floats * blocks},
                   blocks * shortest([&] {
                       ex::simd::build_tables(b.level(), layout, filter.data(), sign.data(), 16,
                                              table.data());
                   }),
                   false,
                   false});
    std::vector<std::uint16_t> bits(ex::simd::dropout_words(N * H));
    all.push_back({"of the dense block: dropout bits",
                   {0, hidden * mask, 0, hidden / 8},
                   u * shortest([&] { ex::simd::keep_bits(b.level(), dropped, 0, N * H, bits.data()); }),
                   false,
                   false});
    all.push_back(
        {"data: unpacking a batch", {0, n * L, 0, n * L * 1.25 + 8 * n * o}, whole.data, true, true});

    print(m, all, "training step", whole.training, &stage::training);
    print(m, all, "inference", whole.inference, &stage::inference);
    std::printf("\n");
    for (auto const& s : all)
        if (!s.training && !s.inference)
            std::printf("%-34s %7.1f us, bound %.1f us\n", s.name.c_str(), s.seconds * 1e6,
                        bound_of(m, s.todo).seconds * 1e6);
    if (count > 1) chart(words[1], m, all);
} catch (std::exception const& e) {
    std::fprintf(stderr, "error: %s\n", e.what());
    return 1;
}
