// What each base of a sequence adds to chosen logits, by whichever method: one form for all of them.
#pragma once
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/shape.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/model/strands.hpp>

namespace explainn::EXPLAINN_ABI {

/// Which logits are attributed to bases, and how sequences are read.
struct attribution_options {
    strands_read both_strands{}; ///< the mean over the strands; by default, as the model was trained
    std::vector<extent> outputs; ///< the logits; empty: all
    std::size_t batch = 16;      ///< sequences in a batch; results do not depend on it
};

/// The attributions of some sequences. A base that stands at a place has its contribution; each of the four
/// has there what it would add, its hypothetical contribution (Shrikumar et al. 2018, TF-MoDISco), which is
/// the contribution where it stands.
struct attributed_sequences {
    std::size_t first{};               ///< the number of the first sequence; 0 except in batches
    extent sequences{}, length{};      ///< N, L
    std::vector<extent> outputs;       ///< (K): which logits
    std::vector<letter> letters;       ///< (N, L)
    std::vector<float> hypothetical;   ///< (N, K, 4, L)
    std::vector<float> contributions;  ///< (N, K, L): at an N, what its zeros add beside the reference
    std::vector<double> logits;        ///< (N, K)
    std::vector<double> of_references; ///< (N, K): the mean logit of the references; 0 without references
    std::vector<double> convergence;   ///< (N, K): sum of contributions - (logit - that of the references)

    extent count() const { return static_cast<extent>(outputs.size()); }
    /// Hypothetical contributions (4, L) of sequence n to the k-th logit of `outputs`.
    std::span<float const> hypothetical_of(extent n, extent k) const
    {
        return {hypothetical.data() + row(n, k) * 4 * bases(), 4 * bases()};
    }
    /// The contributions (L) of sequence n to the k-th logit of `outputs`.
    std::span<float const> of(extent n, extent k) const
    {
        return {contributions.data() + row(n, k) * bases(), bases()};
    }
    std::span<letter const> letters_of(extent n) const
    {
        return {letters.data() + static_cast<std::size_t>(n) * bases(), bases()};
    }
    /// The place of (n, k) in arrays (N, K).
    std::size_t row(extent n, extent k) const
    {
        return static_cast<std::size_t>(n) * outputs.size() + static_cast<std::size_t>(k);
    }

private:
    std::size_t bases() const { return static_cast<std::size_t>(length); }
};

namespace detail {

/// The numbers of the logits that options ask for. Throws error for one that a model does not have.
inline std::vector<extent> chosen_outputs(attribution_options const& how, extent of_model)
{
    std::vector<extent> all = how.outputs;
    if (all.empty()) {
        all.resize(static_cast<std::size_t>(of_model));
        std::iota(all.begin(), all.end(), extent{0});
    }
    for (extent const o : all)
        if (o < 0 || o >= of_model)
            throw error{"expected outputs from 0 to " + std::to_string(of_model - 1) + ", found " +
                        std::to_string(o)};
    return all;
}
/// Appends the attributions of further sequences.
inline void append(attributed_sequences& all, attributed_sequences const& some)
{
    auto const add = [](auto& to, auto const& from) { to.insert(to.end(), from.begin(), from.end()); };
    all.sequences += some.sequences;
    add(all.letters, some.letters);
    add(all.hypothetical, some.hypothetical);
    add(all.contributions, some.contributions);
    add(all.logits, some.logits);
    add(all.of_references, some.of_references);
    add(all.convergence, some.convergence);
}
/// The place of number i of the (4, L) that belong to the other strand.
inline std::size_t on_other_strand(std::size_t i, std::size_t length)
{
    return (3 - i / length) * length + (length - 1 - i % length);
}

} // namespace detail

/// All attributions of a method (`gradient_times_input`, `deep_lift`, `mutagenesis_attribution`) at once.
///
///     deep_lift<cpu<float>> lift{m};
///     attributed_sequences const all = attributions(lift, peaks);
template <class Method, class Source>
attributed_sequences attributions(Method& method, Source const& source)
{
    attributed_sequences all;
    method(source, [&all, first = true](attributed_sequences const& some) mutable {
        if (first) all = some;
        else detail::append(all, some);
        first = false;
    });
    return all;
}

} // namespace explainn::EXPLAINN_ABI
