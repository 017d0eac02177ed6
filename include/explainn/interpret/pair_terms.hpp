// Terms of pairs without what they say about one of their units alone.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/contributions.hpp>

namespace explainn::EXPLAINN_ABI {

/// The terms of one sequence: logit = bias + sum over all units of all banks, and a unit of a pair adds its
/// interaction alone.
struct purified_sequence {
    std::shared_ptr<head_values const> head;
    std::size_t number{};       ///< of the sequence in its source
    std::vector<double> bias;   ///< (O): the head's, and the means of all pairs
    std::vector<double> terms;  ///< (units of all banks, O)
    std::vector<double> logits; ///< (O), as the model computes them

    /// What a unit, numbered over all banks, adds to a logit.
    double term(std::size_t unit, std::size_t output) const { return terms[unit * logits.size() + output]; }
};

/// Splits the output f(a, b) of every unit of a pair, a function of the cells of two units, as the functional
/// analysis of variance does (Hooker 2007): f = mean + f1(a) + f2(b) + interaction. f1(a) is the mean of
/// f(a, b') - mean over the cells b' of the second unit in some background sequences, f2 likewise, and the
/// mean is over cells of both that are drawn apart. Times the weights of the head, f1 and f2 are added to the
/// terms of the two units, so to their own curves, and the mean to the bias. What remains to the pair is the
/// interaction, whose mean over either unit's cells in the background is 0. Nothing is lost: terms and bias
/// add up to the logit.
///
/// With both strands every number is the mean over them; the background is read as it is. Its constructor
/// reads the parameters and the background, every sequence costs two evaluations of a pair's unit for each
/// sequence of it. Throws error as explainer does, for a network without pairs and for an empty background.
///
///     pair_terms<cpu<float>> purify{m, peaks};
///     double most = 0;
///     purify(part{data, rows}, [&](purified_sequence const& seen) {
///         most = std::max(most, seen.term(seen.head->units.size() - 1, 0)); // the last pair, first logit
///     });
template <backend B>
class pair_terms {
public:
    using T = typename B::scalar;
    template <sequence_source Source>
    pair_terms(basic_model<B>& m, Source const& background, reading how = {})
        : model_{m.handle()}, both_strands_{how.both_strands.both(m) && m.rows().reads_dna()},
          head_{std::make_shared<head_values const>(head_of(m))}, batches_{m.device(), 1, m.rows().signals}
    {
        if (m.rows().unit_pairs.empty()) throw error{"expected a network with pairs of units, found none"};
        require_source(m, background);
        std::size_t unit = 0;
        for (int b = 0; b < static_cast<int>(m.rows().banks.size()); ++b) {
            if (m.rows().bank(b).from == reads::pair_cells) banks_.push_back({b, unit, {}, {}});
            unit += static_cast<std::size_t>(m.rows().bank(b).units);
        }
        batches_(background, [&](std::size_t, host_batch& one) {
            (void)infer(one);
            for (auto& bank : banks_) bank.background.push_back(cells_of(bank.number));
        });
        for (auto& bank : banks_) {
            if (bank.background.empty())
                throw error{"expected background sequences to purify pairs with, found none"};
            for (auto const& cells : bank.background) add(bank.mean, means(bank, cells).first);
            for (double& x : bank.mean) x /= static_cast<double>(bank.background.size());
        }
    }
    std::shared_ptr<head_values const> const& head() const { return head_; }

    /// Calls each(purified_sequence const&) for every sequence, in order.
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        require_source(model_, source);
        purified_sequence now;
        now.head = head_;
        batches_(source, both_strands_, [&](std::size_t first, host_batch& one, bool reverse) {
            if (!reverse) {
                now.number = first;
                now.bias.assign(outputs(), 0.0);
                now.logits.assign(outputs(), 0.0);
                now.terms.assign(head_->units.size() * outputs(), 0.0);
            }
            read(now, one);
            if (reverse != both_strands_) return; // the other strand will be read next
            double const strands = both_strands_ ? 2 : 1;
            for (auto* all : {&now.bias, &now.logits, &now.terms})
                for (double& x : *all) x /= strands;
            each(std::as_const(now));
        });
    }

private:
    struct pair_bank_terms {
        int number;
        std::size_t first_unit; ///< over all banks
        std::vector<std::vector<T>> background;
        std::vector<double> mean; ///< (K, numbers of a unit's output)
    };
    std::size_t outputs() const { return static_cast<std::size_t>(head_->outputs); }
    static void add(std::vector<double>& to, std::vector<double> const& from)
    {
        to.resize(from.size());
        for (std::size_t i = 0; i < from.size(); ++i) to[i] += from[i];
    }
    std::vector<T> infer(host_batch const& one)
    {
        auto const y = model_.run().infer(batches_.upload(one), model_.data());
        std::vector<T> logits(y.count());
        fetch(model_.device(), logits.data(), y.data, logits.size());
        return logits;
    }
    // the cells that the units of a bank of pairs read of the sequence that was read last: (K, 2 C, L)
    std::vector<T> cells_of(int bank)
    {
        auto const x = model_.run().pair_cells(bank, 1);
        std::vector<T> cells(x.count());
        fetch(model_.device(), cells.data(), x.data, cells.size());
        return cells;
    }
    std::vector<T> outputs_of(int bank)
    {
        auto const y = model_.run().unit_outputs(bank, 1);
        std::vector<T> values(y.count());
        fetch(model_.device(), values.data(), y.data, values.size());
        return values;
    }
    // the means of every pair's outputs over the background's cells of its second unit, and of its first
    std::pair<std::vector<double>, std::vector<double>> means(pair_bank_terms const& bank,
                                                              std::vector<T> const& cells)
    {
        auto const pairs = static_cast<std::size_t>(model_.rows().bank(bank.number).units),
                   rows = bank.background.size(), both = cells.size() / pairs, one = both / 2;
        mixed_.resize(cells.size() * 2 * rows); // (K, 2 rows, 2 C, L)
        for (std::size_t k = 0; k < pairs; ++k)
            for (std::size_t i = 0; i < rows; ++i) {
                T const* const here = cells.data() + k * both;
                T const* const there = bank.background[i].data() + k * both;
                T* to = mixed_.data() + (k * 2 * rows + i) * both;
                std::copy_n(here, one, to);
                std::copy_n(there + one, one, to + one);
                to += rows * both;
                std::copy_n(there, one, to);
                std::copy_n(here + one, one, to + one);
            }
        auto const y = model_.run().pair_outputs(bank.number, mixed_, static_cast<extent>(2 * rows),
                                                 model_.data()); // (K, 2 rows, each)
        host_.resize(y.count());
        fetch(model_.device(), host_.data(), y.data, host_.size());
        auto const each = static_cast<std::size_t>(y.size(2));
        std::pair<std::vector<double>, std::vector<double>> all;
        all.first.resize(pairs * each);
        all.second.resize(pairs * each);
        for (std::size_t k = 0; k < pairs; ++k)
            for (std::size_t e = 0; e < each; ++e)
                for (std::size_t i = 0; i < rows; ++i) {
                    T const* const from = host_.data() + (k * 2 * rows + i) * each + e;
                    all.first[k * each + e] += static_cast<double>(*from) / static_cast<double>(rows);
                    all.second[k * each + e] +=
                        static_cast<double>(from[rows * each]) / static_cast<double>(rows);
                }
        return all;
    }
    // adds what one strand of a sequence says
    void read(purified_sequence& now, host_batch const& one)
    {
        auto const turn = model_.use();
        auto const logits = infer(one);
        for (std::size_t o = 0; o < outputs(); ++o) {
            now.logits[o] += static_cast<double>(logits[o]);
            now.bias[o] += head_->bias[o];
        }
        std::size_t unit = 0;
        for (int b = 0; b < static_cast<int>(model_.rows().banks.size()); ++b) {
            auto const values = outputs_of(b);
            auto const units = static_cast<std::size_t>(model_.rows().bank(b).units),
                       each = values.size() / units;
            for (std::size_t u = 0; u < units; ++u, ++unit)
                for (std::size_t e = 0; e < each; ++e)
                    weigh(now.terms, unit, unit, e, static_cast<double>(values[u * each + e]));
        }
        // all cells are copied before the first of them is replaced
        std::vector<std::vector<T>> cells;
        cells.reserve(banks_.size());
        for (auto const& bank : banks_) cells.push_back(cells_of(bank.number));
        for (std::size_t i = 0; i < banks_.size(); ++i) move(now, banks_[i], means(banks_[i], cells[i]));
    }
    // terms(to, o) += weight(output e of unit `of`, o) value
    void weigh(std::vector<double>& terms, std::size_t to, std::size_t of, std::size_t e, double value) const
    {
        extent const feature = head_->units[of].first + static_cast<extent>(e);
        for (std::size_t o = 0; o < outputs(); ++o)
            terms[to * outputs() + o] += head_->weight(feature, static_cast<extent>(o)) * value;
    }
    // takes from every pair what belongs to its units and to the bias
    void move(purified_sequence& now, pair_bank_terms const& bank,
              std::pair<std::vector<double>, std::vector<double>> const& of) const
    {
        auto const& row = model_.rows().bank(bank.number);
        std::size_t paired = 0; // the first unit of the bank of the pairs
        for (int b = 0; b < row.paired; ++b) paired += static_cast<std::size_t>(model_.rows().bank(b).units);
        auto const pairs = model_.rows().pairs_of(row);
        std::size_t const each = bank.mean.size() / pairs.size();
        for (std::size_t k = 0; k < pairs.size(); ++k)
            for (std::size_t e = 0; e < each; ++e) {
                std::size_t const i = k * each + e, unit = bank.first_unit + k;
                double const first = of.first[i] - bank.mean[i], second = of.second[i] - bank.mean[i];
                weigh(now.terms, unit, unit, e, -first - second - bank.mean[i]);
                weigh(now.terms, paired + static_cast<std::size_t>(pairs[k].first), unit, e, first);
                weigh(now.terms, paired + static_cast<std::size_t>(pairs[k].second), unit, e, second);
                weigh(now.bias, 0, unit, e, bank.mean[i]);
            }
    }

    basic_model<B> model_; // a handle
    bool both_strands_;
    std::shared_ptr<head_values const> head_;
    letter_batches<B> batches_;
    std::vector<pair_bank_terms> banks_;
    std::vector<T> mixed_, host_;
};

} // namespace explainn::EXPLAINN_ABI
