// Best-hit AUROC of a factor's motif on a chromosome that was never seen: JASPAR's, a small model's filters,
// and the filters refined. Each factor: positives 1, negatives 0 of the same GC content (bins of 1 %), at
// most 2,000 positives; training on chr13 14 18 20 21 22, test on chr19. Every motif is chosen by its AUROC
// on the training sequences. bench_denovo DATA JASPAR FACTOR...
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <explainn/explainn.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/motif/refine.hpp>

namespace ex = explainn;

namespace {
using unit =
    ex::unit<ex::conv<19>, ex::batch_norm, ex::exponential, ex::max_pool<7>, ex::dense<20>, ex::batch_norm,
             ex::relu, ex::dropout<ex::percent{30}>, ex::dense<1>, ex::batch_norm, ex::relu>;
using network = ex::network<ex::dna<200>, ex::bank<24, unit>, ex::linear_head<1>>;

struct sample {
    ex::packed_sequences sequences;
    std::vector<double> labels;
};

// positives, and as many negatives, each from the bin of GC content of one positive
sample matched(ex::dataset const& data, std::vector<std::uint32_t> const& rows, std::size_t task,
               std::size_t most)
{
    std::vector<ex::letter> letters(data.length());
    auto const gc = [&](std::uint32_t row) {
        data.sequences().unpack(row, letters);
        int n = 0;
        for (ex::letter const l : letters) n += l == 1 || l == 2;
        return static_cast<int>(100 * n / static_cast<int>(letters.size()));
    };
    ex::random_numbers draw{ex::seed{1}, ex::stream::choice};
    std::vector<std::uint32_t> positives;
    std::map<int, std::vector<std::uint32_t>> negatives;
    for (auto const row : rows) {
        float const y = data.label(row, task);
        if (y == 1) positives.push_back(row);
        else if (y == 0) negatives[gc(row)].push_back(row);
    }
    draw.shuffle(positives);
    positives.resize(std::min(positives.size(), most));
    for (auto& [bin, some] : negatives) draw.shuffle(some);
    sample out;
    auto const add = [&](std::uint32_t row, double label) {
        data.sequences().unpack(row, letters);
        out.sequences.append(data.sequences().name(row), std::span<ex::letter const>{letters});
        out.labels.push_back(label);
    };
    for (auto const row : positives) {
        auto& some = negatives[gc(row)];
        if (some.empty()) continue;
        add(row, 1);
        add(some.back(), 0);
        some.pop_back();
    }
    return out;
}

double auroc(ex::motif const& m, ex::windowed_sequences const& s, std::vector<double> const& labels)
{
    std::vector<std::vector<double>> const tasks{labels};
    ex::motif of_twenty = m;
    of_twenty.counts.reset();
    of_twenty.sites = 20;
    return ex::score_motif(ex::score_matrix{of_twenty, {}, 0.1}, s, tasks, ex::motif_ranking::best_hit)[0]
        .auroc;
}
double seconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
} // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::fprintf(stderr, "bench_denovo FOLDER_OF_TFBS JASPAR.meme FACTOR...\n");
        return 1;
    }
    std::string const folder = argv[1];
    auto const jaspar = ex::read_motifs(argv[2]);
    std::printf("factor\tpositives\tjaspar\tfilter\trefined\tfrom_jaspar\ttrain_filter\ttrain_"
                "refined\tcolumns\tbits\ttraining_s\trefining_s\n");
    for (int f = 3; f < argc; ++f) {
        std::string const factor = argv[f];
        auto const data =
            ex::read_dataset(folder + "/sequences.fa.gz", folder + "/labels.tsv.gz", {.targets = {factor}});
        std::vector<std::uint32_t> train_rows, test_rows;
        for (std::uint32_t i = 0; i < data.size(); ++i) {
            std::string const chromosome{ex::place_of(data.sequences().name(i))->chromosome};
            if (chromosome == "chr19") test_rows.push_back(i);
            for (char const* c : {"chr13", "chr14", "chr18", "chr20", "chr21", "chr22"})
                if (chromosome == c) train_rows.push_back(i);
        }
        sample const train = matched(data, train_rows, 0, 2000), test = matched(data, test_rows, 0, 2000);
        ex::windowed_sequences const train_windows{train.sequences}, test_windows{test.sequences};

        double const at = seconds();
        ex::label_matrix labels{1};
        for (double const y : train.labels) {
            float const x = static_cast<float>(y);
            labels.append({&x, 1});
        }
        ex::dataset const few{train.sequences, {factor}, labels};
        struct {
            std::vector<std::uint32_t> train, valid;
        } parts;
        for (std::uint32_t i = 0; i < few.size(); ++i)
            (i / 2 % 10 == 0 ? parts.valid : parts.train).push_back(i);
        ex::model<network, ex::cpu<float>> model{ex::seed{1}};
        ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{},
                            ex::training{.epochs = 20, .patience = 5, .both_strands = true}};
        trainer.fit(ex::part{few, parts.train}, ex::part{few, parts.valid});
        auto filters = ex::motifs_of(ex::look_into(model, ex::part{few, parts.train}).hits).motifs;
        double const trained = seconds();

        std::vector<std::pair<double, std::size_t>> order;
        for (std::size_t u = 0; u < filters.size(); ++u)
            order.push_back({-auroc(filters[u], train_windows, train.labels), u});
        std::sort(order.begin(), order.end());
        ex::motif const& filter = filters[order[0].second];
        ex::refined_motif best;
        double best_area = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            auto r = ex::refine(filters[order[k].second], train_windows, train.labels);
            double const a = std::max({r.auroc_given, r.auroc_trimmed, r.auroc_fitted});
            if (a > best_area) {
                best_area = a;
                best = std::move(r);
            }
        }
        double const refined = seconds();

        double known = 0, from_known = 0, known_train = 0;
        for (auto const& m : jaspar.motifs)
            if (m.alternative_name == factor) {
                double const on_train = auroc(m, train_windows, train.labels);
                if (on_train < known_train) continue;
                known_train = on_train;
                known = auroc(m, test_windows, test.labels);
                from_known =
                    auroc(ex::refine(m, train_windows, train.labels).result, test_windows, test.labels);
            }
        double bits = 0;
        for (double const b : ex::information(best.result.probabilities)) bits += b;
        std::printf("%s\t%zu\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%zu\t%.1f\t%.2f\t%.2f\n", factor.c_str(),
                    train.labels.size() / 2, known, auroc(filter, test_windows, test.labels),
                    auroc(best.result, test_windows, test.labels), from_known, -order[0].first, best_area,
                    best.result.width(), bits, trained - at, refined - trained);
        std::fflush(stdout);
    }
}
