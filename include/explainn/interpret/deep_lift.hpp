// DeepLIFT with the rescale rule: what each base adds to the difference between the logits of a sequence and
// of references.
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

#include <explainn/genomics/shuffle.hpp>
#include <explainn/interpret/attributions.hpp>
#include <explainn/interpret/recorded_layers.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// Differences below this count as none, and the slope at the sequence takes the place of the multiplier.
template <class T>
inline constexpr T no_difference = std::same_as<T, float> ? T(1e-6) : T(1e-10);

/// dx = dy (y - y of the reference) / (x - x of the reference), by element.
template <backend B>
void rescale_activation(stage_slice<B> const& s, stage_slice<B> const& ref)
{
    using T = typename B::scalar;
    shape const in = s.in();
    auto const x = s.x(s.n(), in.channels, in.positions), y = s.y(s.n(), in.channels, in.positions),
               dy = s.dy(s.n(), in.channels, in.positions), dx = s.dx(s.n(), in.channels, in.positions),
               x0 = ref.x(s.n(), in.channels, in.positions), y0 = ref.y(s.n(), in.channels, in.positions);
    activation const act = s.layer(s.what.first).act;
    for (std::size_t i = 0; i < x.count(); ++i) {
        T const difference = x.data[i] - x0.data[i];
        dx.data[i] = dy.data[i] *
                     (std::abs(difference) < no_difference<T> ? activation_slope(act, x.data[i], y.data[i])
                                                              : (y.data[i] - y0.data[i]) / difference);
    }
}
/// The rule of captum's DeepLift for a max pool: of a cell's difference y - y0 the part max(y, y0) - y0
/// belongs to where the sequence has its maximum and y - max(y, y0) to where the reference has its own; the
/// multiplier of a place is its part over the difference of its x.
template <backend B>
void rescale_max_pool(stage_slice<B> const& s, stage_slice<B> const& ref)
{
    using T = typename B::scalar;
    shape const in = s.in(), out = s.out();
    bool const of_strands = s.layer(s.what.first).what == kind::larger_strand; // a pool of two
    numbers const g = of_strands ? numbers{.width = 2, .stride = 2} : s.layer(s.what.first).given;
    auto const x = s.x(s.n(), in.channels, in.positions), x0 = ref.x(s.n(), in.channels, in.positions),
               dx = s.dx(s.n(), in.channels, in.positions);
    auto const dy = s.dy(s.n(), out.channels, out.positions);
    std::vector<T> part(static_cast<std::size_t>(in.positions)), slope(part.size());
    for (extent u = 0; u < x.size(0); ++u)
        for (extent n = 0; n < s.n(); ++n)
            for (extent c = 0; c < in.channels; ++c) {
                std::fill(part.begin(), part.end(), T(0));
                std::fill(slope.begin(), slope.end(), T(0));
                for (extent t = 0; t < out.positions; ++t) {
                    extent const from = std::max<extent>(t * g.stride - g.padding, 0),
                                 to = std::min<extent>(t * g.stride - g.padding + g.width, in.positions);
                    extent at = from, at0 = from;
                    for (extent l = from + 1; l < to; ++l) {
                        if (x(u, n, c, l) > x(u, n, c, at)) at = l;
                        if (x0(u, n, c, l) > x0(u, n, c, at0)) at0 = l;
                    }
                    T const y = x(u, n, c, at), y0 = x0(u, n, c, at0), m = dy(u, n, c, t);
                    part[static_cast<std::size_t>(at)] += m * (std::max(y, y0) - y0);
                    part[static_cast<std::size_t>(at0)] += m * (y - std::max(y, y0));
                    slope[static_cast<std::size_t>(at)] += m;
                }
                for (extent l = 0; l < in.positions; ++l) {
                    T const difference = x(u, n, c, l) - x0(u, n, c, l);
                    dx(u, n, c, l) = std::abs(difference) < no_difference<T>
                                         ? slope[static_cast<std::size_t>(l)]
                                         : part[static_cast<std::size_t>(l)] / difference;
                }
            }
}
/// Throws error for a network with a layer that the rescale rule does not cover.
inline void require_rescalable(network_rows const& rows)
{
    for (std::size_t i = 0; i < rows.layers.size(); ++i) {
        auto const& row = rows.layers[i];
        char const* const why = row.what == kind::lstm || row.what == kind::bidirectional_lstm ? "an LSTM"
                                : row.what == kind::squeeze_excite ? "squeeze and excitation"
                                : row.what == kind::layer_norm     ? "a layer norm"
                                                                   : nullptr;
        if (why != nullptr)
            throw error{"expected layers that DeepLIFT's rescale rule covers, found " + std::string{why} +
                        " (layer " + std::to_string(i + 1) +
                        "), which multiplies numbers of its input; mutagenesis and gradients take any layer"};
    }
}

} // namespace detail

/// What the sequences are compared with.
struct deep_lift_options : attribution_options {
    int shuffles =
        0;        ///< references: so many shuffles of each sequence that keep its pairs of bases; 0: zeros
    seed from{1}; ///< of the shuffles; those of a sequence depend on it and on the sequence's number alone
};

/// DeepLIFT (Shrikumar et al. 2017) by the rescale rule, as captum's DeepLift computes it: every activation
/// and max pool passes on the difference of its outputs over that of its inputs where a gradient has a slope,
/// and all other layers are linear. The contribution of a base is multiplier x (letters of the sequence -
/// letters of the reference), summed over the four bases of its place; with several references (Lundberg &
/// Lee 2017), the mean. The hypothetical contribution of a base is the same as if it stood there.
/// Contributions add up to the logit minus that of the references; `convergence` says how far they miss it by
/// rounding.
///
/// B is a backend of the host's memory. Throws error as recorded_layers does, for layers that the rule does
/// not cover (an LSTM, squeeze and excitation, a layer norm), and for fewer than 0 shuffles.
///
///     deep_lift<cpu<float>> lift{m, {{.outputs = {0}}, 10}};
///     lift(peaks, [](attributed_sequences const& some) { use(some.hypothetical_of(0, 0), some.convergence);
///     });
template <backend B>
class deep_lift {
public:
    using T = typename B::scalar;
    template <backend Of>
    explicit deep_lift(basic_model<Of>& m, deep_lift_options how = {}, B b = B{})
        : layers_{(detail::require_rescalable(m.rows()), m), std::move(b)}, how_{std::move(how)},
          both_{how_.both_strands.both(m)}
    {
        how_.outputs = detail::chosen_outputs(how_, m.outputs());
        if (how_.shuffles < 0)
            throw error{"expected 0 shuffles or more, found " + std::to_string(how_.shuffles)};
        detail::require_walk(how_.batch);
    }
    /// Numbers the first sequence of the next source so, for its shuffles, where a source is one piece of
    /// several.
    void number_from(std::size_t first) { number_ = first; }
    /// Calls each(attributed_sequences const&) for every batch, in order. A source is a part of a data set,
    /// packed sequences of the model's length, or letters (N, L). Throws shape_error for another length.
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        extent const length = layers_.rows().length;
        if (auto const all = letters_of(source); all.size() != 0)
            detail::require_length(length, all.length());
        // sequence by sequence where there are more references than a batch has sequences
        auto const references = static_cast<std::size_t>(std::max(how_.shuffles, 1));
        each_batch(source, {.batch = std::max<std::size_t>(how_.batch / references, 1)}, host_,
                   [&](std::size_t first, host_batch& some, bool) {
                       std::vector<letter> pairs, others;
                       auto const bases = static_cast<std::size_t>(length);
                       for (std::size_t n = 0; n < static_cast<std::size_t>(some.count); ++n) {
                           std::span<letter const> const one{some.letters.data() + n * bases, bases};
                           random_numbers draw{how_.from, stream::backgrounds,
                                               static_cast<std::uint32_t>(number_ + first + n)};
                           for (std::size_t r = 0; r < references; ++r) {
                               pairs.insert(pairs.end(), one.begin(), one.end());
                               auto const other = how_.shuffles == 0 ? std::vector<letter>(bases, letter_n)
                                                                     : dinucleotide_shuffle(one, draw);
                               others.insert(others.end(), other.begin(), other.end());
                           }
                       }
                       attributed_sequences const now =
                           compared(first, some.count, references, pairs, others);
                       each(now);
                   });
    }
    /// The same of sequences (N, L) beside references of the caller's, `count` of each in turn, (N count, L);
    /// an N counts as zeros. Throws shape_error for letters of other numbers or lengths.
    attributed_sequences operator()(view<letter const, 2> sequences, view<letter const, 2> references)
    {
        extent const length = layers_.rows().length, n = sequences.size(0);
        detail::require_length(length, static_cast<std::size_t>(sequences.size(1)));
        detail::require_length(length, static_cast<std::size_t>(references.size(1)));
        if (n == 0 || references.size(0) == 0 || references.size(0) % n != 0)
            throw shape_error{"expected as many references of each of " + std::to_string(n) +
                              " sequences, found " + std::to_string(references.size(0)) + " in all"};
        std::vector<letter> pairs;
        extent const count = references.size(0) / n;
        for (extent i = 0; i < n; ++i)
            for (extent r = 0; r < count; ++r)
                pairs.insert(pairs.end(), sequences.data + i * length, sequences.data + (i + 1) * length);
        return compared(0, n, static_cast<std::size_t>(count), pairs,
                        {references.data, references.data + references.count()});
    }

private:
    // sequences, each as often as it has references, and the references
    attributed_sequences compared(std::size_t first, extent sequences, std::size_t references,
                                  std::vector<letter> pairs, std::vector<letter> others)
    {
        auto const bases = static_cast<std::size_t>(layers_.rows().length), all = how_.outputs.size();
        attributed_sequences now;
        now.first = first;
        now.sequences = sequences;
        now.length = layers_.rows().length;
        now.outputs = how_.outputs;
        for (std::size_t i = 0; i < pairs.size(); i += references * bases)
            now.letters.insert(now.letters.end(), pairs.begin() + static_cast<std::ptrdiff_t>(i),
                               pairs.begin() + static_cast<std::ptrdiff_t>(i + bases));
        std::size_t const rows = static_cast<std::size_t>(sequences) * all;
        hypothetical_.assign(rows * 4 * bases, 0);
        contributions_.assign(rows * bases, 0);
        now.logits.assign(rows, 0);
        now.of_references.assign(rows, 0);
        add(now, references, pairs, others, false);
        if (both_) {
            for (auto* const letters : {&pairs, &others})
                for (std::size_t at = 0; at < letters->size(); at += bases)
                    reverse_complement({letters->data() + at, bases});
            add(now, references, pairs, others, true);
        }
        now.hypothetical.assign(hypothetical_.begin(), hypothetical_.end());
        now.contributions.assign(contributions_.begin(), contributions_.end());
        for (std::size_t row = 0; row < rows; ++row) {
            double sum = 0;
            for (std::size_t l = 0; l < bases; ++l) sum += contributions_[row * bases + l];
            now.convergence.push_back(sum - (now.logits[row] - now.of_references[row]));
        }
        return now;
    }
    void add(attributed_sequences& now, std::size_t references, std::vector<letter> const& pairs,
             std::vector<letter> const& others, bool reverse)
    {
        extent const length = now.length, count = now.sequences * static_cast<extent>(references);
        auto const bases = static_cast<std::size_t>(length), of_row = 4 * bases;
        layers_.forward({pairs.data(), count, length}, seen_);
        layers_.forward({others.data(), count, length}, reference_);
        auto const logits = layers_.logits(seen_), others_logits = layers_.logits(reference_);
        multipliers_.resize(static_cast<std::size_t>(count) * of_row);
        double const share = (both_ ? 0.5 : 1.0) / static_cast<double>(references);
        for (std::size_t k = 0; k < how_.outputs.size(); ++k) {
            layers_.backward(how_.outputs[k], seen_, {multipliers_.data(), count, 4, length},
                             [this](stage_slice<B> const& s) { return rescale(s); });
            for (std::size_t pair = 0; pair < static_cast<std::size_t>(count); ++pair) {
                std::size_t const row =
                    now.row(static_cast<extent>(pair / references), static_cast<extent>(k));
                std::size_t const logit = pair * static_cast<std::size_t>(layers_.rows().outputs) +
                                          static_cast<std::size_t>(how_.outputs[k]);
                now.logits[row] += share * logits[logit];
                now.of_references[row] += share * others_logits[logit];
                for (std::size_t l = 0; l < bases; ++l) {
                    letter const here = pairs[pair * bases + l], other = others[pair * bases + l];
                    auto const multiplier = [&](letter c) {
                        return c == letter_n
                                   ? 0.0
                                   : static_cast<double>(multipliers_[pair * of_row + c * bases + l]);
                    };
                    double const without = multiplier(other);
                    for (letter c = 0; c < 4; ++c) {
                        std::size_t const i = c * bases + l;
                        hypothetical_[row * of_row + (reverse ? detail::on_other_strand(i, bases) : i)] +=
                            share * (multiplier(c) - without);
                    }
                    contributions_[row * bases + (reverse ? bases - 1 - l : l)] +=
                        share * (multiplier(here) - without);
                }
            }
        }
    }
    bool rescale(stage_slice<B> const& s)
    {
        kind const what = s.layer(s.what.first).what;
        if (what == kind::activate) detail::rescale_activation(s, layers_.same_slice(reference_, s));
        else if (what == kind::max_pool || what == kind::larger_strand)
            detail::rescale_max_pool(s, layers_.same_slice(reference_, s));
        else return false;
        return true;
    }

    recorded_layers<B> layers_;
    layer_recording<B> seen_, reference_;
    deep_lift_options how_;
    bool both_;
    std::size_t number_ = 0;
    host_batch host_;
    std::vector<T> multipliers_;
    std::vector<double> hypothetical_, contributions_;
};

} // namespace explainn::EXPLAINN_ABI
