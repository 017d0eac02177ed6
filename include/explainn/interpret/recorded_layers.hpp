// The layers of a network run one by one, with the numbers of every layer kept, and gradients of a logit that
// go back through all of them to the letters.
#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <explainn/interpret/contributions.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// The same rows with every dropout at 0 %, as the network is at inference.
inline network_rows without_dropout(network_rows rows)
{
    for (auto& row : rows.layers)
        if (row.what == kind::dropout) row.given.percent = 0;
    return rows;
}
/// Throws error unless every layer of a network on DNA alone, without banks of pairs, is one of the library.
inline void require_recordable(network_rows const& rows)
{
    if (!rows.reads_dna() || rows.reads_signals())
        throw error{"expected a model that reads DNA alone, found one that reads signals"};
    if (!rows.unit_pairs.empty())
        throw error{"expected banks that read DNA, found one of pairs of units; mutagenesis takes it"};
    for (std::size_t i = 0; i < rows.layers.size(); ++i)
        if (rows.layers[i].what == kind::own)
            throw error{
                "expected layers of the library, whose gradients are known, found a user's own (layer " +
                std::to_string(i + 1) + ")"};
}
/// Is shown what a layer gave, and does nothing.
struct leaves_as_it_is {
    template <class Y>
    void operator()(int, Y const&) const
    {
    }
};
/// The rule of a gradient: no layer has a rule of its own.
struct no_rule {
    template <class Slice>
    bool operator()(Slice const&) const
    {
        return false;
    }
};

} // namespace detail

/// What all layers computed for a batch of sequences, and the gradients that a backward pass left there.
template <backend B>
struct layer_recording {
    using T = typename B::scalar;
    extent n{};        ///< sequences of the batch
    extent capacity{}; ///< sequences that the arrays have room for
    batch_view batch{};
    std::vector<network_context<B>> network{}; ///< one, made by reserve
    std::vector<stage_memory<B>> layers{};     ///< by layer
    std::vector<stage_memory<B>> letters{};    ///< by bank: what its units read, (U, n, 4, L), one-hot
};

/// A copy of a model whose layers run one by one on backend B, whose memory is the host's, as at inference:
/// without dropout and with running statistics. Nothing is fused, every unit has a copy of the letters, and
/// the gradients of weights are computed and not used: it is simple and takes time and memory.
///
/// Throws error for a model that reads signals, has a layer of a user's own or a term over pairs of units,
/// and for one that backend B lacks ops of.
///
///     recorded_layers<reference<double>> net{m};
///     layer_recording<reference<double>> seen;
///     std::vector<letter> const letters(200, letter{2});
///     net.forward({letters.data(), 1, 200}, seen);
///     std::vector<double> gradient(4 * 200);
///     net.backward(0, seen, {gradient.data(), 1, 4, 200});      // of the first logit, by base and position
template <backend B>
class recorded_layers {
public:
    using T = typename B::scalar;
    using recording = layer_recording<B>;

    template <backend Of>
    explicit recorded_layers(basic_model<Of>& m, B b = B{})
        : rows_{(detail::require_recordable(m.rows()), detail::without_dropout(m.rows()))}, b_{std::move(b)},
          parameters_{rows_}, head_{head_of(m)}, frozen_norms_(rows_.layers.size(), 1)
    {
        auto const all = m.snapshot();
        values_.reserve(all.size());
        for (auto const x : all) values_.push_back(static_cast<T>(x));
        unused_.resize(values_.size());
        step_.frozen_norms = frozen_norms_;
        for (std::size_t i = 0; i < rows_.layers.size(); ++i)
            stages_.push_back({stage_kind::single, static_cast<int>(i), static_cast<int>(i) + 1});
        for (auto const& row : rows_.layers)
            if (library_functions<B>(row.what).lacks_ops)
                throw error{"this backend lacks ops of a layer of the network"};
    }
    recorded_layers(recorded_layers const&) = delete;
    recorded_layers& operator=(recorded_layers const&) = delete;

    network_rows const& rows() const { return rows_; }

    /// Runs letters (N, L), of which N counts as zeros, through all layers and keeps what each gives.
    /// behind(i, y) is called when layer i has given y (some units, N, C, L), and may change it: the layers
    /// behind it read that. It is called from several threads, each with other units.
    template <class Behind = detail::leaves_as_it_is>
    void forward(view<letter const, 2> sequences, recording& r, Behind behind = {})
    {
        r.n = sequences.size(0);
        r.batch = {sequences, true};
        reserve(r);
        for (std::size_t k = 0; k < rows_.banks.size(); ++k) {
            write_letters(sequences, rows_.banks[k].units, r.letters[k].y.data());
            each_block(k, [&](extent from, extent to) {
                for (int i = rows_.banks[k].first; i < rows_.banks[k].last; ++i) {
                    auto const s = slice(r, k, i, from, to);
                    detail::single_layer_stage::forward(s);
                    behind(i, s.y(s.n(), s.out().channels, s.out().positions));
                }
            });
        }
    }
    /// The logits (N, O) of what was run.
    std::vector<double> logits(recording const& r) const
    {
        auto const outputs = static_cast<std::size_t>(head_.outputs);
        std::vector<double> all;
        for (extent n = 0; n < r.n; ++n) {
            all.insert(all.end(), head_.bias.begin(), head_.bias.end());
            double* const to = all.data() + static_cast<std::size_t>(n) * outputs;
            each_feature(r, [&](T const* y, extent feature, extent of_unit, extent unit, extent k) {
                double const x = static_cast<double>(y[(unit * r.n + n) * of_unit + k]);
                for (extent o = 0; o < head_.outputs; ++o) to[o] += head_.weight(feature, o) * x;
            });
        }
        return all;
    }
    /// Writes the gradients of a logit with respect to the one-hot letters of every sequence, (N, 4, L).
    /// `rule` is asked before every layer's backward pass, with that layer's slice: where it has done the
    /// pass itself (written dx from dy) it returns true. Throws error for a logit that there is not.
    template <class Rule = detail::no_rule>
    void backward(extent output, recording& r, view<T, 3> to, Rule rule = {})
    {
        if (output < 0 || output >= head_.outputs)
            throw error{"expected an output from 0 to " + std::to_string(head_.outputs - 1) + ", found " +
                        std::to_string(output)};
        std::fill_n(to.data, to.count(), T(0));
        extent feature = 0;
        for (std::size_t k = 0; k < rows_.banks.size(); ++k) {
            auto const& bank = rows_.banks[k];
            extent const of_unit = bank.out.channels * bank.out.positions;
            T* const dy = r.layers[static_cast<std::size_t>(bank.last - 1)].dy.data();
            for (extent u = 0; u < bank.units; ++u)
                for (extent n = 0; n < r.n; ++n)
                    for (extent f = 0; f < of_unit; ++f)
                        dy[(u * r.n + n) * of_unit + f] =
                            static_cast<T>(head_.weight(feature + u * of_unit + f, output));
            feature += bank.units * of_unit;
            each_block(k, [&](extent from, extent to_unit) {
                for (int i = bank.last; i-- > bank.first;)
                    if (auto const s = slice(r, k, i, from, to_unit); !rule(s))
                        detail::single_layer_stage::backward(s);
            });
            T const* dx = r.letters[k].dy.data();
            for (extent u = 0; u < bank.units; ++u)
                for (std::size_t i = 0; i < to.count(); ++i) to.data[i] += *dx++;
        }
    }
    /// The same layer and units of another recording, such as that of the references of a batch.
    stage_slice<B> same_slice(recording& r, stage_slice<B> const& s)
    {
        return slice(r, static_cast<std::size_t>(&s.bank - rows_.banks.data()), s.what.first, s.from, s.to);
    }

private:
    stage_slice<B> slice(recording& r, std::size_t bank, int i, extent from, extent to)
    {
        auto const at = static_cast<std::size_t>(i);
        auto& before = i == rows_.banks[bank].first ? r.letters[bank] : r.layers[at - 1];
        return {b_,      r.network.front(), rows_.banks[bank], stages_[at], r.layers[at], &before,
                r.batch, values_.data(),    unused_.data(),    &step_,      from,         to};
    }
    // calls f(first, last) for blocks of units, or once where the backend spreads a layer by itself
    template <class F>
    void each_block(std::size_t bank, F f)
    {
        extent const units = rows_.banks[bank].units;
        if (detail::single_layer_stage::whole_bank(b_, units)) f(extent{0}, units);
        else b_.for_units(units, f);
    }
    template <class Each>
    void each_feature(recording const& r, Each each) const
    {
        extent feature = 0;
        for (auto const& bank : rows_.banks) {
            extent const of_unit = bank.out.channels * bank.out.positions;
            T const* const y = r.layers[static_cast<std::size_t>(bank.last - 1)].y.data();
            for (extent u = 0; u < bank.units; ++u)
                for (extent k = 0; k < of_unit; ++k) each(y, feature++, of_unit, u, k);
        }
    }
    static void write_letters(view<letter const, 2> sequences, extent units, T* to)
    {
        extent const length = sequences.size(1);
        for (extent u = 0; u < units; ++u)
            for (extent n = 0; n < sequences.size(0); ++n)
                for (extent c = 0; c < 4; ++c)
                    for (extent l = 0; l < length; ++l) *to++ = sequences(n, l) == c ? T(1) : T(0);
    }
    void reserve(recording& r)
    {
        if (r.n <= r.capacity && !r.network.empty()) return;
        r.capacity = r.n;
        r.network.clear();
        r.network.push_back({rows_, {}, {}, {}, {}, {}, {}, {}, {}});
        auto& network = r.network.front();
        network.weights.resize(rows_.layers.size());
        for (auto const& row : rows_.layers) network.functions.push_back(library_functions<B>(row.what));
        for (auto const& p : parameters_)
            if (p.layer >= 0)
                network.weights[static_cast<std::size_t>(p.layer)][static_cast<std::size_t>(p.part)] = &p;
        r.layers.clear();
        r.layers.resize(rows_.layers.size());
        r.letters.clear();
        for (auto& layer : r.layers) network.memory.push_back(&layer);
        for (auto const& bank : rows_.banks) {
            auto const copies = numbers(bank.units, r.n);
            r.letters.emplace_back();
            give(r.letters.back(), copies * numbers(4, rows_.length));
            for (int i = bank.first; i < bank.last; ++i) {
                auto& m = r.layers[static_cast<std::size_t>(i)];
                auto const& row = rows_.layer(i);
                give(m, copies * numbers(row.out.channels, row.out.positions));
                for (int k = 0; k < row.keeps.size; ++k)
                    m.arrays[static_cast<std::size_t>(k)] = b_.template make<T>(
                        numbers(bank.units, row.keeps.rows[k].per_unit) +
                        copies * static_cast<std::size_t>(row.keeps.rows[k].per_sequence));
                std::size_t const own = detail::single_layer_stage::bytes_kept(
                    b_, network, stages_[static_cast<std::size_t>(i)], r.n);
                if (own != 0) m.own = b_.template make<std::byte>(static_cast<std::size_t>(bank.units) * own);
            }
        }
    }
    void give(stage_memory<B>& m, std::size_t count)
    {
        m.y = b_.template make<T>(count);
        m.dy = b_.template make<T>(count);
    }
    static std::size_t numbers(extent a, extent b)
    {
        return static_cast<std::size_t>(a) * static_cast<std::size_t>(b);
    }

    network_rows rows_;
    B b_;
    parameter_list parameters_;
    head_values head_;
    std::vector<char> frozen_norms_; // all of them: a training step of this network is inference
    std::vector<T> values_, unused_;
    step_number step_{};
    std::vector<stage> stages_;
};

} // namespace explainn::EXPLAINN_ABI
