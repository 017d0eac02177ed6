// A bank of units that scan for a motif, pool, and have dense layers, folded into the arguments of an op.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/interpret/filter_bank.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// The layer behind the scan of a bank, of one strand or of both; its first where it begins with none.
inline int behind_scan(network_rows const& rows, bank_row const& bank)
{
    int const at = motif_scan_stage::match(rows, bank, bank.first);
    return at != bank.first ? at : symmetric_scan_stage::match(rows, bank, bank.first);
}

/// The weights of a dense layer by the cells that its unit pools, (rows, cells): behind mirror_sum, where two
/// cells share one, it is written for both; else they are as they are.
template <class T>
std::vector<T> weights_by_cell(network_rows const& rows, int dense, std::vector<T> weight)
{
    auto const& before = rows.layer(dense - 1);
    if (before.what != kind::mirror_sum) return weight;
    auto const cells = static_cast<std::size_t>(before.in.positions), half = (cells + 1) / 2;
    std::vector<T> wide;
    for (std::size_t row = 0; row < weight.size(); row += half)
        for (std::size_t p = 0; p < cells; ++p) wide.push_back(weight[row + std::min(p, cells - 1 - p)]);
    return wide;
}

/// The dense layers of a bank behind its scan and, where it has one, its mirror_sum; nothing where the bank
/// has other layers, or too many.
inline std::optional<std::vector<dense_layers>> dense_layers_behind_scan(network_rows const& rows, int bank)
{
    bank_row const& of = rows.bank(bank);
    int at = behind_scan(rows, of);
    if (at == of.first) return std::nullopt;
    std::vector<dense_layers> all;
    if (at < of.last && rows.layer(at).what == kind::mirror_sum && ++at == of.last) return std::nullopt;
    while (at < of.last) {
        all.push_back(dense_layers_at(rows, at, of.last));
        if (all.back().dense < 0) return std::nullopt;
        at = all.back().last;
    }
    if (all.size() > most_folded_layers) return std::nullopt;
    return all;
}

/// One dense layer with its batch norm folded in, on a device.
template <backend B>
struct folded_layer {
    using T = typename B::scalar;
    extent units{}, outputs{}, inputs{};
    array_on<B, T> weight{}, bias{};
    activation act{};

    folded_layer(basic_model<B>& m, bank_row const& bank, dense_layers const& l)
        : units{bank.units}, outputs{m.rows().layer(l.dense).out.channels}
    {
        auto const get = [&m](int layer, int index) {
            return m.values(m.parameters().of(layer, index)->name());
        };
        auto w = weights_by_cell(m.rows(), l.dense, get(l.dense, dense_layer::matrix)),
             b = get(l.dense, dense_layer::bias);
        inputs = static_cast<extent>(w.size()) / (units * outputs);
        if (l.norm >= 0) {
            using norm = batch_norm_layer;
            auto const gamma = get(l.norm, norm::gamma), beta = get(l.norm, norm::beta),
                       mean = get(l.norm, norm::running_mean), variance = get(l.norm, norm::running_variance);
            double const epsilon = m.rows().layer(l.norm).epsilon;
            auto const row = static_cast<std::size_t>(inputs);
            for (std::size_t i = 0; i < b.size(); ++i) {
                double const scale =
                    static_cast<double>(gamma[i]) / std::sqrt(static_cast<double>(variance[i]) + epsilon);
                b[i] = static_cast<T>((static_cast<double>(b[i]) - static_cast<double>(mean[i])) * scale +
                                      static_cast<double>(beta[i]));
                for (std::size_t k = i * row; k < (i + 1) * row; ++k)
                    w[k] = static_cast<T>(static_cast<double>(w[k]) * scale);
            }
        }
        if (l.act >= 0) act = m.rows().layer(l.act).act;
        weight = on_device(m.device(), w);
        bias = on_device(m.device(), b);
    }
    folded_dense<T> view_of() const
    {
        return {{weight.data(), units, outputs, inputs}, {bias.data(), units, outputs}, act};
    }

private:
    static array_on<B, T> on_device(B& b, std::vector<T> const& host)
    {
        auto array = b.template make<T>(host.size());
        b.upload(array.data(), host.data(), host.size());
        return array;
    }
};

} // namespace detail

/// A bank as a scan and the dense layers behind it, with the current values of its parameters.
template <backend B>
class scanned_bank {
public:
    using T = typename B::scalar;

    /// Whether a bank has this form: a convolution of one filter on letters without padding, batch norm or
    /// none, an activation that rises or none, max pooling, and up to eight dense layers, each with or
    /// without batch norm, activation and dropout, the first perhaps behind mirror_sum.
    static bool is_one(network_rows const& rows, int bank)
    {
        return rows.layer(rows.bank(bank).first).what == kind::conv && is_one_or_symmetric(rows, bank);
    }
    /// The same of symmetric units, too; of these there are no mutations().
    static bool is_one_or_symmetric(network_rows const& rows, int bank)
    {
        return detail::dense_layers_behind_scan(rows, bank).has_value();
    }
    /// Throws error for a bank of another form.
    scanned_bank(basic_model<B>& m, int bank) : bank_{m.rows().bank(bank)}, filters_{m, bank}
    {
        auto const& rows = m.rows();
        auto const dense = detail::dense_layers_behind_scan(rows, bank);
        if (!dense) throw error{"expected units of a scan, a max pool and dense layers"};
        int const pool = detail::behind_scan(rows, bank_) - 1;
        pool_ = rows.layer(pool).given.width;
        stride_ = rows.layer(pool).given.stride;
        cells_ = rows.layer(pool).out.positions;
        for (auto const& layer : *dense) layers_.emplace_back(m, bank_, layer);
    }

    extent units() const { return bank_.units; }
    /// The number of outputs of one unit.
    extent outputs() const { return bank_.out.channels * bank_.out.positions; }
    extent pool() const { return pool_; }
    extent stride() const { return stride_; }
    extent cells() const { return cells_; }
    filter_bank<B> const& filters() const { return filters_; }
    std::vector<detail::folded_layer<B>> const& layers() const { return layers_; }

    /// The op without its sequences, changes and outputs.
    op::point_mutations<T> mutations() const
    {
        if (filters_.symmetric())
            throw error{"expected units of one strand for mutations, found symmetric ones"};
        op::point_mutations<T> o{.sequences = {},
                                 .weight = filters_.weights(),
                                 .scale = filters_.scale(),
                                 .shift = filters_.shift(),
                                 .act = filters_.act(),
                                 .pool = pool_,
                                 .stride = stride_,
                                 .cells = cells_,
                                 .depth = static_cast<int>(layers_.size()),
                                 .change = {}};
        for (std::size_t i = 0; i < layers_.size(); ++i) o.dense[i] = layers_[i].view_of();
        return o;
    }

private:
    bank_row bank_;
    filter_bank<B> filters_;
    extent pool_{}, stride_{}, cells_{};
    std::vector<detail::folded_layer<B>> layers_;
};

} // namespace explainn::EXPLAINN_ABI
