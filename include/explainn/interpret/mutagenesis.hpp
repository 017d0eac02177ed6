// Exact in-silico mutagenesis that computes only the numbers that a change of one base affects.
#pragma once
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <explainn/interpret/mutagenesis_slowly.hpp>
#include <explainn/interpret/scanned_bank.hpp>

namespace explainn::EXPLAINN_ABI {

/// Mutates sequences batch by batch: every substitution of one base and, on request, every deletion and
/// insertion, with the effect of each on every logit. The numbers are those of running the model on every
/// mutant. Where all banks on DNA consist of a scan, a max pool and dense layers and none is of pairs, only
/// the windows and the pooling cells that a change affects are computed again (op::point_mutations), and the
/// first dense layer is updated by the difference; in other networks the model is run on every mutant
/// (slow_mutagenesis). Signals that the model reads beside DNA stay as they are; a model that reads no DNA is
/// refused.
///
/// Its constructor reads the parameters: after further training a new object is needed. Results are the same
/// for any number of threads and any batch size, and no array grows with the number of sequences. Throws
/// shape_error for sequences of another length than the model's, and error for positions that do not exist.
///
///     mutagenesis<cpu<float>> mutate{m, {.deletions = true}};
///     float most = 0;
///     mutate(peaks, [&](mutants<float> const& some) {
///         for (extent n = 0; n < some.sequences; ++n) // G at position 99, first logit
///             most = std::max(most, some.change(base_change::substitution, n, 99, 2, 0));
///     });
template <backend B>
class mutagenesis {
public:
    using T = typename B::scalar;
    explicit mutagenesis(basic_model<B>& m, mutagenesis_options how = {})
        : model_{m.handle()}, how_{how}, both_strands_{how.both_strands.both(m)},
          batches_{m.device(), at_once(m, how), m.rows().signals},
          head_{std::make_shared<head_values const>(head_of(m))}
    {
        detail::end_of_positions(how, m.length());
        auto const banks = static_cast<int>(m.rows().banks.size());
        bool incremental = m.rows().unit_pairs.empty(); // a change of a unit's cells changes its pairs, too
        // what units make of signals does not change
        auto const reads_dna = [&m](int b) { return m.rows().bank(b).from == reads::dna; };
        for (int b = 0; b < banks; ++b)
            incremental = incremental && (!reads_dna(b) || scanned_bank<B>::is_one(m.rows(), b));
        if (!incremental) {
            slow_.emplace(m, how);
            return;
        }
        extent feature = 0;
        for (int b = 0; b < banks; ++b) {
            auto const& row = m.rows().bank(b);
            if (reads_dna(b)) banks_.push_back({{m, b}, feature});
            feature += row.units * row.out.channels * row.out.positions;
        }
    }
    /// Whether only affected numbers are computed; else the model is run on every mutant.
    bool is_incremental() const { return !slow_; }
    std::shared_ptr<head_values const> const& head() const { return head_; }

    /// Sets the positions [first, last) that are mutated from now on. Throws error for positions that do not
    /// exist.
    void set_positions(extent first, extent last)
    {
        auto how = how_;
        how.first = first;
        how.last = last;
        detail::end_of_positions(how, model_.length());
        how_ = how;
        if (slow_) slow_->set_positions(first, last);
    }

    /// Calls each(mutants const&) for every batch, in order. A source is a part of a data set, packed
    /// sequences of the model's length, or letters (N, L).
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        if (slow_) return (*slow_)(source, each);
        require_source(model_, source);
        mutants<T> now;
        now.head = head_;
        now.length = model_.length();
        now.from = how_.first;
        now.positions = detail::end_of_positions(how_, model_.length()) - how_.first;
        batches_(source, [&](std::size_t first, host_batch& some) {
            now.first = first;
            now.sequences = some.count;
            now.letters = some.letters;
            shape const s = model_.rows().signals;
            input_rows rows{.sequences = {some.letters.data(), some.count, now.length}, .signals = {}};
            if (s.channels != 0) rows.signals = {some.signals.data(), some.count, s.channels, s.positions};
            now.logits = model_.predict(rows, both_strands_);
            auto const turn = model_.use();
            auto const batch = batches_.upload(some);
            for (base_change const what : detail::base_changes)
                if (how_.wants(what)) fill(now, what, batch);
            each(std::as_const(now));
        });
    }

private:
    // as many sequences as keep the changes of a bank's outputs within some megabytes, and the counts within
    // an extent
    static std::size_t at_once(basic_model<B>& m, mutagenesis_options const& how)
    {
        detail::require_dna(m);
        if (how.batch == 0) return 0;
        double most = 1;
        auto const positions = static_cast<double>(detail::end_of_positions(how, m.length()) - how.first);
        for (auto const& bank : m.rows().banks)
            most = std::max(most, 4 * positions * bank.units * bank.out.channels * bank.out.positions);
        constexpr double numbers_together = 1 << 21;
        return std::clamp<std::size_t>(static_cast<std::size_t>(numbers_together / most), 1, how.batch);
    }
    void fill(mutants<T>& now, base_change what, batch_view const& batch)
    {
        extent const mutants = now.sequences * now.positions * alternatives_of(what);
        auto const count = static_cast<std::size_t>(mutants);
        auto& to = now.by_kind[static_cast<std::size_t>(what)];
        to.logits.assign(count * static_cast<std::size_t>(model_.outputs()), T(0));
        to.outputs.assign(how_.by_unit ? count * static_cast<std::size_t>(head_->features) : 0, T(0));
        auto& b = model_.device();
        view<T const, 2> const weight{model_.data() + model_.parameters()["final.weight"].offset,
                                      model_.outputs(), head_->features};
        view<T, 2> const y{room(logits_, to.logits.size()), mutants, model_.outputs()};
        for (int const reverse : {0, 1}) {
            if (reverse && !both_strands_) continue;
            bool add = false;
            for (auto const& [bank, feature] : banks_) {
                auto const all =
                    count * static_cast<std::size_t>(bank.units()) * static_cast<std::size_t>(bank.outputs());
                auto o = bank.mutations();
                o.sequences = batch.sequences;
                o.reverse = reverse != 0;
                o.what = what;
                o.first = now.from;
                o.change = {room(changes_, all), bank.units(),          now.sequences,
                            now.positions,       alternatives_of(what), bank.outputs()};
                run(b, o);
                run(b, op::linear<T>{.x = o.change.as(bank.units(), mutants, bank.outputs()),
                                     .weight = weight,
                                     .first = feature,
                                     .add = std::exchange(add, true),
                                     .y = y});
                if (how_.by_unit) add_outputs(to.outputs, feature, bank, count, all);
            }
            if (banks_.empty()) continue;
            host_.resize(to.logits.size());
            fetch(b, host_.data(), y.data, host_.size());
            T const share = both_strands_ ? T(0.5) : T(1);
            for (std::size_t i = 0; i < host_.size(); ++i) to.logits[i] += share * host_[i];
        }
    }
    void add_outputs(std::vector<T>& to, extent feature, scanned_bank<B> const& bank, std::size_t mutants,
                     std::size_t all)
    {
        host_.resize(all);
        fetch(model_.device(), host_.data(), changes_.data(), all);
        auto const k = static_cast<std::size_t>(bank.outputs()),
                   row = static_cast<std::size_t>(head_->features);
        T const share = both_strands_ ? T(0.5) : T(1);
        for (std::size_t u = 0; u < static_cast<std::size_t>(bank.units()); ++u)
            for (std::size_t i = 0; i < mutants; ++i)
                for (std::size_t j = 0; j < k; ++j)
                    to[i * row + static_cast<std::size_t>(feature) + u * k + j] +=
                        share * host_[(u * mutants + i) * k + j];
    }
    T* room(array_on<B, T>& array, std::size_t count)
    {
        if (array.size() < count) array = model_.device().template make<T>(count);
        return array.data();
    }

    basic_model<B> model_; // a handle
    mutagenesis_options how_;
    bool both_strands_;
    letter_batches<B> batches_;
    std::shared_ptr<head_values const> head_;
    struct placed_bank {
        scanned_bank<B> scan;
        extent first; // column of the head
    };
    std::vector<placed_bank> banks_; // those that read DNA
    std::optional<slow_mutagenesis<B>> slow_;
    array_on<B, T> changes_{}, logits_{};
    std::vector<T> host_;
};

/// All mutants of all sequences at once; needs memory for sequences x positions x 4 x O numbers.
///
///     mutants<float> const all = mutants_of(m, peaks, {.insertions = true});
///     all.change(base_change::insertion, 0, 99, 2, 0);    // G before position 99 of the first sequence
template <backend B, sequence_source Source>
mutants<typename B::scalar> mutants_of(basic_model<B>& m, Source const& source, mutagenesis_options how = {})
{
    mutants<typename B::scalar> all;
    mutagenesis<B> mutate{m, how};
    all.head = mutate.head();
    mutate(source, [&all, first = true](auto const& some) mutable {
        if (std::exchange(first, false)) all = some;
        else detail::append(all, some);
    });
    return all;
}

} // namespace explainn::EXPLAINN_ABI
