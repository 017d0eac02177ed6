#include <doctest/doctest.h>

#include <sstream>

#include <explainn/train/metrics.hpp>
#include <explainn/train/progress.hpp>

#include "support/folder.hpp"

namespace ex = explainn;

TEST_CASE("metrics of a task count its resolved labels alone")
{
    float const none = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> const scores{3, 2, 1, 0, 9}, labels{1, 0, 1, 0, none};
    auto const m = ex::measure("A", scores, labels);
    CHECK(m.sequences == 4);
    CHECK(m.positives == 2);
    CHECK(m.auroc == 0.75);
    CHECK(m.auprc == doctest::Approx((1.0 + 2.0 / 3) / 2)); // scikit-learn's average precision
}

TEST_CASE("a ranking counted in two passes is the ranking sorted as a whole, ties and NaN included")
{
    ex::random_numbers draw{ex::seed{4}, ex::stream::batches, 0};
    for (int round = 0; round < 200; ++round) {
        std::size_t const count = draw.below(40);
        std::uint32_t const levels = 1 + draw.below(30);
        std::vector<double> scores;
        std::vector<std::uint8_t> labels;
        for (std::size_t i = 0; i < count; ++i) {
            auto const x = draw.below(levels);
            scores.push_back(x == 7 ? std::numeric_limits<double>::quiet_NaN() : x * 0.125);
            labels.push_back(static_cast<std::uint8_t>(draw.below(round % 4 == 0 ? 2 : 3)));
        }
        if (round % 10 == 0) std::fill(labels.begin(), labels.end(), std::uint8_t(round % 20 == 0));
        ex::counted_ranking counted;
        for (std::uint8_t const which : std::initializer_list<std::uint8_t>{1, 0})
            for (std::size_t i = 0; i < count; ++i)
                if (labels[i] == which)
                    which == 1 ? counted.add_positive(static_cast<float>(scores[i]))
                               : counted.add_negative(static_cast<float>(scores[i]));
        auto const a = counted.quality();
        auto const b = ex::rank_quality(scores, std::span<std::uint8_t const>{labels});
        CHECK(a.positives == b.positives);
        CHECK(a.negatives == b.negatives);
        CHECK((a.auroc == b.auroc || (std::isnan(a.auroc) && std::isnan(b.auroc))));
        CHECK((a.average_precision == b.average_precision ||
               (std::isnan(a.average_precision) && std::isnan(b.average_precision))));
    }
}

TEST_CASE("a task of one class has nan, and the macro row leaves it out of means, not of counts")
{
    testing::folder const dir;
    auto const ones = ex::measure("B", std::vector<float>{1, 2}, std::vector<float>{1, 1});
    CHECK(std::isnan(ones.auroc));
    CHECK(std::isnan(ones.auprc));
    CHECK(ones.positives == 2);
    auto const zeros = ex::measure("C", std::vector<float>{1, 2}, std::vector<float>{0, 0});
    CHECK(std::isnan(zeros.auprc));
    std::vector<ex::task_metrics> const table{{"A", 4, 2, 0.75, 0.5}, ones, {"D", 6, 3, 0.25, 1}};
    ex::write_metrics(dir / "m", table);
    CHECK(testing::bytes_of(dir / "m") == "task\tsequences\tpositives\tauroc\tauprc\n"
                                          "A\t4\t2\t0.75\t0.5\nB\t2\t2\tnan\tnan\nD\t6\t3\t0.25\t1\n"
                                          "macro\t12\t7\t0.5\t0.75\n");
    CHECK(std::isnan(ex::macro(std::vector{ones}).auroc));
}

TEST_CASE("progress: a bar with rate, loss and time left on a terminal, one plain line an epoch in a log")
{
    std::ostringstream log, terminal;
    for (auto* out : {&log, &terminal}) {
        ex::progress p{*out, out == &terminal};
        p(ex::batch_done{1, 2, 1, 2, 100, 0.7});
        p(ex::batch_done{1, 2, 2, 2, 100, 0.6});
        p(ex::epoch_done{1, 2, 0.6, 0.5, 1});
        p(ex::batch_done{2, 2, 2, 2, 100, 0.6});
        p(ex::epoch_done{2, 2, 0.4, 0.55, 1});
    }
    CHECK(log.str().find('\r') == std::string::npos);
    CHECK(log.str().starts_with("epoch 1/2: training loss 0.6, validation loss 0.5 (best), "));
    CHECK(log.str().find("\nepoch 2/2: training loss 0.4, validation loss 0.55, ") != std::string::npos);
    auto const text = log.str();
    CHECK(std::count(text.begin(), text.end(), '\n') == 2);
    CHECK(terminal.str().find("sequences/s, loss 0.7, ") != std::string::npos);
    std::ostringstream cut;
    {
        ex::progress p{cut, true};
        p(ex::batch_done{1, 2, 1, 2, 100, 0.7});
    }
    CHECK(cut.str().ends_with("\r\x1b[K")); // an error that follows begins on a line of its own
    CHECK(terminal.str().find(" s left") != std::string::npos);
}
