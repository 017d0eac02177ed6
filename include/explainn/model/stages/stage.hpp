// A stage: some layers of a bank that run by one op; and what its passes are called with.
#pragma once
#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <explainn/backend/concept.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/parameters.hpp>
#include <explainn/model/rows.hpp>

namespace explainn::EXPLAINN_ABI {

/// The fused stages, in the order in which lowering tries them, and a layer on its own.
enum class stage_kind : unsigned char { motif_scan, symmetric_scan, dense_pair, dense_block, single };

/// Layers [first, last) of a network, run as one.
struct stage {
    stage_kind what{stage_kind::single};
    int first{}, last{};
    friend constexpr bool operator==(stage const&, stage const&) = default;
};

/// Where the sequences of a batch lie among those that all ranks hold of it.
struct batch_share {
    extent first = 0; ///< sequences that the ranks before hold
    extent all = 0;   ///< sequences of all ranks; 0: no other rank has any
    friend bool operator==(batch_share const&, batch_share const&) = default;
};

/// A batch as the executor takes it.
struct batch_view {
    view<letter const, 2> sequences; ///< (N, L), on the device
    bool has_n = true;               ///< false: no letter is N
    batch_share share{};             ///< dropout draws for a sequence by its place in the batch of all ranks
    view<float const, 3> signals{};  ///< (N, C, L), on the device; absent where the network reads none
    own_bytes prepared{};            ///< what the backend made of the letters (prepare()); may be absent

    extent count() const { return signals ? signals.size(0) : sequences.size(0); }
};

/// Outputs of banks that come with a batch instead of being computed, on the host: by bank, in their order,
/// (U, N, numbers of a unit's output); an empty one, or none, for a bank that runs.
template <class T>
using given_outputs = std::span<std::span<T const> const>;

/// Which training step runs: dropout depends on seed, step and the place in the batch alone.
struct step_number {
    seed from{};
    std::uint32_t step{}; ///< from 0
    /// By (flat) layer, 1 for a batch norm that uses and keeps its running statistics; layers beyond: none.
    std::span<char const> frozen_norms{};
    /// By bank, 1 for a bank that runs as at inference and has no gradient; banks beyond: none.
    std::span<char const> frozen_banks{};
    /// On the device; where it is given, dropout reads the step there (its `step` less one) and not above.
    step_values const* now{};
};

/// Mean and covariance of a batch's windows of one width.
template <class B>
struct window_moments {
    array_on<B, double> mean, covariance;
};

/// The arrays of one stage for a batch: what it gives, the gradient of that (in training), and what it keeps.
template <backend B>
struct stage_memory {
    using T = typename B::scalar;
    array_on<B, T> y{}, dy{};
    T* borrowed{}; ///< where y lies instead of in an array of its own; null: it has one
    std::array<array_on<B, T>, kept_rows::most> arrays{}; ///< as kept_rows names them
    array_on<B, std::byte> own{};                         ///< what the backend's ops keep, by unit

    T* output() { return borrowed ? borrowed : y.data(); }
    /// Array k, from its first unit on; null where there is none.
    T* kept(int k)
    {
        auto& array = arrays[static_cast<std::size_t>(k)];
        return array.size() != 0 ? array.data() : nullptr;
    }
};

/// What stays the same for all stages of a network.
template <backend B>
struct network_context {
    using T = typename B::scalar;
    network_rows const& rows;
    std::vector<std::array<parameter const*, weight_rows::most>> weights; ///< by layer and part
    std::vector<layer_functions<B>> functions;                            ///< by layer
    std::vector<stage_memory<B>*> memory{};      ///< by layer, of those that are a stage of their own
    std::map<extent, window_moments<B>> windows; ///< of the batch, by 4 W
    std::map<extent, window_moments<B>> symmetric_windows{}; ///< the same of both strands
    array_on<B, T> one_hot{};      ///< (N, 4, L): the batch's letters, for stages that read no letters
    array_on<B, T> signals{};      ///< (N, C, L): the batch's signals
    stage_memory<B> own_signals{}; ///< the same by channel, (C, N, L), as if a stage had written them
    own_bytes letters{}; ///< what the backend made of the batch's letters; absent where it reads them
};

/// One stage of one bank for units [from, to) of a batch: where its inputs, outputs and parameters lie.
template <backend B>
struct stage_slice {
    using T = typename B::scalar;
    B& b;
    network_context<B>& network;
    bank_row const& bank;
    stage const& what;
    stage_memory<B>& memory;
    stage_memory<B>* before; ///< nullptr: the stage reads an input that all units share
    batch_view const& batch;
    T* values;
    T* gradients;            ///< backward only
    step_number const* step; ///< nullptr: inference
    extent from, to;

    extent n() const { return batch.count(); }
    layer_row const& layer(int i) const { return network.rows.layer(i); }
    shape in() const { return layer(what.first).in; }
    shape out() const { return layer(what.last - 1).out; }
    bool training() const { return step != nullptr; }
    bool batch_statistics(int norm) const
    {
        auto const at = static_cast<std::size_t>(norm);
        return training() && norm >= 0 && (at >= step->frozen_norms.size() || step->frozen_norms[at] == 0);
    }

    /// A slice of an array of all units: (to - from, sizes...); absent if there is no array.
    template <class X, class... E>
    view<X, 1 + static_cast<int>(sizeof...(E))> slice(X* all, E... sizes) const
    {
        return view<X, 1 + static_cast<int>(sizeof...(E))>{all, bank.units, sizes...}.slice(from, to);
    }
    template <class... E>
    view<T, 1 + static_cast<int>(sizeof...(E))> kept(int k, E... sizes) const
    {
        return slice(memory.kept(k), sizes...);
    }
    /// What ops keep of these units, so many bytes of each (kept_bytes()); absent at inference.
    own_bytes_by_unit own(std::size_t each) const
    {
        if (!training() || memory.own.size() == 0) return {};
        return own_bytes_by_unit{memory.own.data(), each}.from(from);
    }
    /// What the stage reads where all units share it.
    T* shared_input() const
    {
        return bank.from == reads::dna ? network.one_hot.data() : network.signals.data();
    }
    /// What the stage reads, gives, and the gradients of both, as (to - from, sizes...).
    template <class... E>
    auto x(E... sizes) const
    {
        return slice(before->output(), sizes...);
    }
    template <class... E>
    auto dx(E... sizes) const
    {
        return slice(before->dy.data(), sizes...);
    }
    template <class... E>
    auto y(E... sizes) const
    {
        return slice(memory.output(), sizes...);
    }
    template <class... E>
    auto dy(E... sizes) const
    {
        return slice(memory.dy.data(), sizes...);
    }
    /// Weight `index` of a layer among values or gradients, as (to - from, sizes...); absent if the layer is
    /// -1.
    template <class... E>
    view<T, 1 + static_cast<int>(sizeof...(E))> weight(T* flat, int layer, int index, E... sizes) const
    {
        if (layer < 0 || flat == nullptr) return {};
        auto const* p = network.weights[static_cast<std::size_t>(layer)][static_cast<std::size_t>(index)];
        return slice(flat + p->offset, sizes...);
    }
    template <class... E>
    auto value(int layer, int index, E... sizes) const
    {
        return weight(values, layer, index, sizes...);
    }
    template <class... E>
    auto gradient(int layer, int index, E... sizes) const
    {
        return weight(gradients, layer, index, sizes...);
    }

    /// The random numbers of layer i at this step, for these units; keeps everything until it has a rate.
    dropout_mask random(int i) const
    {
        if (!training()) return {};
        shape const each = layer(i).in; // dropout leaves the shape as it is
        auto const skipped = static_cast<std::uint64_t>(batch.share.first * each.channels * each.positions);
        return {
            0,       step->from, static_cast<std::uint32_t>(i), step->step, static_cast<std::uint32_t>(from),
            skipped, step->now};
    }
    /// The mask of dropout layer i (-1: none) at this step.
    dropout_mask mask(int i) const
    {
        if (i < 0 || !training()) return {};
        dropout_mask m = random(i);
        m.rate = layer(i).given.percent / 100.0;
        return m;
    }
    activation act(int i) const { return i < 0 ? activation::identity : layer(i).act; }
    double epsilon(int norm) const { return norm < 0 ? 0 : layer(norm).epsilon; }

    /// Running statistics of a norm follow the batch's, given by unit and channel over `count` values each.
    void update_running(int norm, view<T, 2> mean, view<T, 2> variance, double count) const
    {
        using layer_of_norm = detail::batch_norm_layer;
        detail::follow(b, layer(norm).momentum, count, mean, variance,
                       value(norm, layer_of_norm::running_mean, mean.size(1)),
                       value(norm, layer_of_norm::running_variance, mean.size(1)));
    }
};

namespace detail {

/// Whether layer `at` is the first of a bank whose units share their input: one array, not one a unit.
inline bool reads_shared_input(bank_row const& bank, int at)
{
    return at == bank.first && bank.from != reads::own_signal && bank.from != reads::pair_cells;
}

/// Reads the layers of a bank from left to right.
class layer_reader {
public:
    layer_reader(network_rows const& n, int at, int last) : network_{n}, at_{at}, last_{last} {}
    /// The index of the next layer if it is of this kind, which is then passed; else -1.
    int take(kind what) { return at_ < last_ && network_.layer(at_).what == what ? at_++ : -1; }
    int at() const { return at_; }

private:
    network_rows const& network_;
    int at_, last_;
};

} // namespace detail
} // namespace explainn::EXPLAINN_ABI
