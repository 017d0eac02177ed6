// Attributions by exact mutagenesis: what a base adds beside the mean of the four.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include <explainn/interpret/attributions.hpp>
#include <explainn/interpret/mutagenesis.hpp>

namespace explainn::EXPLAINN_ABI {

/// The hypothetical contribution of a base is the logit of the sequence with that base at its place, minus
/// the mean of the logits with each of the four. It takes any model that mutagenesis takes. There are no
/// references: `of_references` is 0 and `convergence` says only how far the sum is from the logit.
///
///     mutagenesis_attribution<cpu<float>> mutate{m};
///     attributed_sequences const all = attributions(mutate, peaks);
template <backend B>
class mutagenesis_attribution {
public:
    explicit mutagenesis_attribution(basic_model<B>& m, attribution_options const& how = {})
        : mutate_{m, {.both_strands = how.both_strands, .batch = how.batch}},
          outputs_{detail::chosen_outputs(how, m.outputs())}
    {
    }
    /// Calls each(attributed_sequences const&) for every batch, in order; throws as mutagenesis does.
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        mutate_(source, [&](auto const& some) {
            attributed_sequences now;
            now.first = some.first;
            now.sequences = some.sequences;
            now.length = some.length;
            now.outputs = outputs_;
            now.letters = some.letters;
            auto const bases = static_cast<std::size_t>(some.length);
            for (extent n = 0; n < some.sequences; ++n)
                for (extent const o : outputs_) {
                    std::size_t const at = now.hypothetical.size();
                    now.hypothetical.resize(at + 4 * bases);
                    double sum = 0;
                    for (extent l = 0; l < some.length; ++l) {
                        double change[4]{}, mean = 0;
                        letter const here = some.base(n, l);
                        for (letter c = 0; c < 4; ++c) {
                            if (c != here)
                                change[c] =
                                    static_cast<double>(some.change(base_change::substitution, n, l, c, o));
                            mean += change[c] / 4;
                        }
                        for (letter c = 0; c < 4; ++c)
                            now.hypothetical[at + c * bases + static_cast<std::size_t>(l)] =
                                static_cast<float>(change[c] - mean);
                        double const here_adds = -mean;
                        now.contributions.push_back(static_cast<float>(here_adds));
                        sum += here_adds;
                    }
                    now.logits.push_back(static_cast<double>(some.logit(n, o)));
                    now.of_references.push_back(0);
                    now.convergence.push_back(sum - now.logits.back());
                }
            each(std::as_const(now));
        });
    }

private:
    mutagenesis<B> mutate_;
    std::vector<extent> outputs_;
};

} // namespace explainn::EXPLAINN_ABI
