// Mutagenesis by running the model on every mutant. It works for any network, and tests compare the
// incremental version with it.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <explainn/interpret/mutants.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// Mutants of one sequence as data for a model: all of them have the signals of that sequence.
struct mutants_as_data {
    std::span<letter const> letters; // (mutants, bases)
    std::size_t bases;
    shape of_signals;
    std::span<float const> signals;

    std::size_t size() const { return letters.size() / bases; }
    std::size_t length() const { return bases; }
    std::size_t outputs() const { return 0; }
    void letters_of(std::size_t row, std::span<letter> to) const
    {
        std::copy_n(letters.begin() + static_cast<std::ptrdiff_t>(row * bases), bases, to.begin());
    }
    bool has_n(std::size_t row) const
    {
        return std::ranges::find(letters.subspan(row * bases, bases), letter_n) !=
               letters.begin() + static_cast<std::ptrdiff_t>((row + 1) * bases);
    }
    shape signal_shape() const { return of_signals; }
    void signals_of(std::size_t, std::span<float> to) const { std::ranges::copy(signals, to.begin()); }
    void labels_of(std::size_t, std::span<float>) const {}
};
} // namespace detail

/// Writes out every mutant of every sequence and runs the model on it. It is right for any network, whatever
/// its layers, and takes 3 L + 1 predictions for each sequence. Where the model also reads signals, every
/// mutant keeps those of its sequence.
///
///     slow_mutagenesis<cpu<float>> mutate{m};
///     mutate(peaks, [&](mutants<float> const& one) { use(one.logits); });    // sequence by sequence
template <backend B>
class slow_mutagenesis {
public:
    using T = typename B::scalar;
    explicit slow_mutagenesis(basic_model<B>& m, mutagenesis_options how = {})
        : model_{m.handle()}, how_{how}, explain_{m, {how.both_strands, how.batch}}
    {
        detail::require_dna(m);
        detail::end_of_positions(how, m.length());
    }

    /// Does the same as mutagenesis::set_positions.
    void set_positions(extent first, extent last)
    {
        auto how = how_;
        how.first = first;
        how.last = last;
        detail::end_of_positions(how, model_.length());
        how_ = how;
    }
    /// Calls each(mutants const&) for every sequence, in order. Throws as explainer does.
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        auto const letters = letters_of(source);
        require_source(model_, source);
        mutants<T> now;
        now.head = explain_.head();
        now.sequences = 1;
        now.length = model_.length();
        now.from = how_.first;
        now.positions = detail::end_of_positions(how_, model_.length()) - how_.first;
        now.letters.resize(letters.size() == 0 ? 0 : letters.length());
        for (std::size_t i = 0; i < letters.size(); ++i) {
            now.first = i;
            letters.read(i, now.letters);
            signals_of(source, i);
            run(now.letters, now.logits, outputs_);
            for (base_change const what : detail::base_changes)
                if (how_.wants(what)) fill(now, what);
            each(std::as_const(now));
        }
    }

private:
    template <class Source>
    void signals_of(Source const& source, std::size_t i)
    {
        shape const s = model_.rows().signals;
        signals_.resize(static_cast<std::size_t>(s.channels) * static_cast<std::size_t>(s.positions));
        if (!signals_.empty()) read_signals(source, i, signals_);
    }
    void run(std::span<letter const> sequences, std::vector<T>& logits, std::vector<T>& outputs)
    {
        logits.clear();
        outputs.clear();
        auto const bases = static_cast<std::size_t>(model_.length());
        detail::mutants_as_data const data{sequences, bases, model_.rows().signals, signals_};
        for (std::size_t i = rows_.size(); i < data.size(); ++i)
            rows_.push_back(static_cast<std::uint32_t>(i));
        std::span<std::uint32_t const> const rows{rows_.data(), data.size()};
        explain_(explainn::part{data, rows}, [&](explained_sequences<T> const& some) {
            logits.insert(logits.end(), some.logits.begin(), some.logits.end());
            outputs.insert(outputs.end(), some.unit_outputs.begin(), some.unit_outputs.end());
        });
    }
    void fill(mutants<T>& now, base_change what)
    {
        auto const length = now.letters.size(),
                   alternatives = static_cast<std::size_t>(alternatives_of(what)),
                   count = static_cast<std::size_t>(now.positions) * alternatives;
        changed_.resize(count * length);
        for (std::size_t i = 0; i < count; ++i)
            mutate(now.letters, what, static_cast<std::size_t>(now.from) + i / alternatives,
                   static_cast<letter>(i % alternatives), {changed_.data() + i * length, length});
        auto& to = now.by_kind[static_cast<std::size_t>(what)];
        run(changed_, to.logits, to.outputs);
        subtract(to.logits, now.logits);
        if (how_.by_unit) subtract(to.outputs, outputs_);
        else to.outputs.clear();
    }
    static void subtract(std::vector<T>& rows, std::vector<T> const& row)
    {
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] -= row[i % row.size()];
    }

    basic_model<B> model_; // a handle
    mutagenesis_options how_;
    explainer<B> explain_;
    std::vector<letter> changed_;
    std::vector<std::uint32_t> rows_; // 0, 1, ...
    std::vector<float> signals_;      // of the sequence
    std::vector<T> outputs_;
};

/// All mutants of all sequences at once.
///
///     mutants<float> const slow = mutants_slowly(m, peaks);
template <backend B, sequence_source Source>
mutants<typename B::scalar> mutants_slowly(basic_model<B>& m, Source const& source,
                                           mutagenesis_options how = {})
{
    mutants<typename B::scalar> all;
    slow_mutagenesis<B>{m, how}(source, [&all, first = true](auto const& some) mutable {
        if (std::exchange(first, false)) all = some;
        else detail::append(all, some);
    });
    return all;
}

} // namespace explainn::EXPLAINN_ABI
