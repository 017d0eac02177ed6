// Mutagenesis by running the model on every mutant. It works for any network, and tests compare the
// incremental version with it.
#pragma once
#include <algorithm>
#include <utility>
#include <vector>

#include <explainn/interpret/mutants.hpp>

namespace explainn::EXPLAINN_ABI {

/// Writes out every mutant of every sequence and runs the model on it. It is right for any network, whatever
/// its layers, and takes 3 L + 1 predictions for each sequence.
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
        detail::require_model_length(model_, letters);
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
            run(view<letter const, 2>{now.letters.data(), 1, now.length}, now.logits, outputs_);
            for (base_change const what : detail::base_changes)
                if (how_.wants(what)) fill(now, what);
            each(std::as_const(now));
        }
    }

private:
    void run(view<letter const, 2> sequences, std::vector<T>& logits, std::vector<T>& outputs)
    {
        logits.clear();
        outputs.clear();
        explain_(sequences, [&](explained_sequences<T> const& some) {
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
        run({changed_.data(), static_cast<extent>(count), now.length}, to.logits, to.outputs);
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
