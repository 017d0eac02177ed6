// What every stage of a running batch may look at.
#pragma once
#include <array>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <explainn/backend/concept.hpp>
#include <explainn/model/own_layer.hpp>
#include <explainn/model/parameters.hpp>
#include <explainn/model/plan.hpp>

namespace explainn {

/// A batch as the executor takes it.
struct batch_view {
    view<letter const, 2> sequences; ///< (N, L), on the device
    bool has_n = true;               ///< false: no letter is N
};

/// Which training step runs: dropout depends on nothing else.
struct step_number {
    seed from{};
    std::uint32_t step{};
    /// By (flat) layer, 1 for a batch norm that uses and keeps its running statistics; layers beyond: none.
    std::span<char const> frozen_norms{};
};

/// An array of X on backend B.
template <class B, class X>
using array_on = decltype(std::declval<B&>().template make<X>(std::size_t{}));

/// Mean and covariance of a batch's windows of one width.
template <class B>
struct window_moments {
    array_on<B, double> mean, covariance;
};

/// The arrays of one stage for a batch; those only training needs are empty at inference.
template <backend B>
struct stage_memory {
    using T = typename B::scalar;
    array_on<B, T> y{}, dy{}, normalized{};
    array_on<B, std::uint16_t> at{};
    array_on<B, T> mean{}, variance{}, scale{}, shift{}, inv_sd{}, covariance_weight{};
    array_on<B, T> second_normalized{}, second_mean{}, second_variance{}; ///< of a dense_pair's second block
};

/// What stays the same for all stages of a network.
template <backend B>
struct network_context {
    using T = typename B::scalar;
    network_rows const& rows;
    std::vector<std::array<parameter const*, 4>> weights; ///< by layer and part
    std::vector<own_functions<B>> own;
    std::map<extent, window_moments<B>> windows; ///< by 4 W
    array_on<B, T> one_hot{};
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
    stage_memory<B>* before; ///< nullptr: the stage reads letters
    batch_view const& batch;
    T* values;
    T* gradients;            ///< backward only
    step_number const* step; ///< nullptr: inference
    extent from, to;

    extent n() const { return batch.sequences.size(0); }
    layer_row const& layer(int i) const { return network.rows.layer(i); }
    shape in() const { return layer(what.first).in; }
    shape out() const { return layer(what.last - 1).out; }
    bool training() const { return step != nullptr; }
    bool batch_statistics(int norm) const
    {
        auto const at = static_cast<std::size_t>(norm);
        return training() && norm >= 0 && (at >= step->frozen_norms.size() || step->frozen_norms[at] == 0);
    }

    /// A slice of an array of all units: (to - from, sizes...); absent if the array is empty.
    template <class X, class... E>
    view<X, 1 + static_cast<int>(sizeof...(E))> slice(array_on<B, X>& a, E... sizes) const
    {
        view<X, 1 + static_cast<int>(sizeof...(E))> const all{a.size() == 0 ? nullptr : a.data(), bank.units,
                                                              sizes...};
        return all.slice(from, to);
    }
    /// Weight `part` of a layer among values or gradients, as (to - from, sizes...); absent if the layer is
    /// -1.
    template <class... E>
    view<T, 1 + static_cast<int>(sizeof...(E))> weight(T* flat, int layer, int part, E... sizes) const
    {
        if (layer < 0 || flat == nullptr) return {};
        auto const* p = network.weights[static_cast<std::size_t>(layer)][static_cast<std::size_t>(part)];
        view<T, 1 + static_cast<int>(sizeof...(E))> const all{flat + p->offset, bank.units, sizes...};
        return all.slice(from, to);
    }
    template <class... E>
    auto value(int layer, int part, E... sizes) const
    {
        return weight(values, layer, part, sizes...);
    }
    template <class... E>
    auto gradient(int layer, int part, E... sizes) const
    {
        return weight(gradients, layer, part, sizes...);
    }

    /// The mask of dropout layer i (-1: none) at this step.
    dropout_mask mask(int i) const
    {
        if (i < 0 || !training()) return {};
        return {layer(i).given.a / 100.0, step->from, static_cast<std::uint32_t>(i), step->step,
                static_cast<std::uint32_t>(from)};
    }
    activation act() const { return what.act < 0 ? activation::identity : layer(what.act).act; }

    /// Running statistics of a norm follow the batch's, given by unit and channel over `count` values each.
    void update_running(int norm, view<T, 2> mean, view<T, 2> variance, double count) const
    {
        extent const all = mean.size(0) * mean.size(1);
        run(b, op::update_running<T>{.mean = mean.as(all),
                                     .variance = variance.as(all),
                                     .momentum = layer(norm).momentum,
                                     .count = count,
                                     .running_mean = value(norm, 2, mean.size(1)).as(all),
                                     .running_variance = value(norm, 3, mean.size(1)).as(all)});
    }
};

} // namespace explainn
