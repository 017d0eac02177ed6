// The layers of a unit behind its pooling, as a function of pooled activations: read from the model, computed
// on the host.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/scanned_bank.hpp>

namespace explainn::EXPLAINN_ABI {

/// The dense layers, batch norms and activations of the units of a bank, as functions of the activations in
/// the pooled cells, in double precision. Throws error for a bank whose units are not one filter of one
/// strand or both, an optional batch norm, an activation and a max pooling, followed only by dense layers,
/// the first perhaps behind mirror_sum, batch norms, activations and dropout.
///
///     unit_tail const tail{m};
///     std::vector<double> cells(tail.cells(), 0.1);
///     cells[12] = 5;                                     // one strong hit in cell 12
///     double const output = tail(3, cells)[0];           // of unit 3
///     auto sums = tail.first(3, cells);
///     tail.take_out(3, 12, 5, sums);                     // without the hit
///     double const rest = tail.outputs(3, sums)[0];
class unit_tail {
public:
    template <backend B>
    explicit unit_tail(basic_model<B>& m, int bank = 0)
    {
        auto const& rows = m.rows();
        auto const& here = rows.bank(bank);
        units_ = here.units;
        int at = here.first;
        auto const refuse = [] {
            throw error{
                "expected units of one filter, an activation, a max pooling and dense layers, found others"};
        };
        auto const is = [&](kind what) { return at < here.last && rows.layer(at).what == what; };
        bool const symmetric = is(kind::symmetric_conv);
        if (!symmetric && (!is(kind::conv) || rows.layer(at).given.filters != 1)) refuse();
        ++at;
        if (is(kind::batch_norm)) ++at;
        bool const active = is(kind::activate);
        if (active) ++at;
        if (symmetric && !is(kind::larger_strand)) refuse();
        if (symmetric) ++at;
        if (!active && is(kind::activate)) ++at;
        if (!is(kind::max_pool)) refuse();
        pool_ = rows.layer(at).given;
        cells_ = rows.layer(at).out.positions;
        std::vector<typename B::scalar> const all = m.snapshot();
        auto const values = [&](int layer, int index) {
            auto const* const p = m.parameters().of(layer, index);
            return std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(p->offset),
                                       all.begin() + static_cast<std::ptrdiff_t>(p->offset + p->count));
        };
        bool open = false; // a batch norm may be folded into the last step
        for (++at; at < here.last; ++at) {
            auto const& row = rows.layer(at);
            if (row.what == kind::dropout) continue;
            if (row.what == kind::mirror_sum && steps_.empty() && at + 1 < here.last &&
                rows.layer(at + 1).what == kind::dense)
                continue; // weights_by_cell
            auto const in = static_cast<std::size_t>(row.features_in()),
                       out = static_cast<std::size_t>(row.out.channels) *
                             static_cast<std::size_t>(row.out.positions);
            if (row.what == kind::dense) {
                auto weight = detail::weights_by_cell(rows, at, values(at, detail::dense_layer::matrix));
                std::size_t const cells = weight.size() / (static_cast<std::size_t>(units_) * out);
                steps_.push_back(
                    {cells, out, std::move(weight), values(at, detail::dense_layer::bias), true});
                open = true;
            } else if (row.what == kind::batch_norm) {
                if (!open) steps_.push_back({in, out, {}, {}});
                fold(steps_.back(), row, [&](int index) { return values(at, index); });
                open = false;
            } else if (row.what == kind::activate) {
                if (steps_.empty() || steps_.back().act != activation::identity)
                    steps_.push_back({in, out, {}, {}});
                steps_.back().act = row.act;
                open = false;
            } else {
                refuse();
            }
        }
    }

    extent units() const { return units_; }
    /// The number of pooled cells of a unit.
    std::size_t cells() const { return static_cast<std::size_t>(cells_); }
    /// The windows [first, last) of the filter that a cell covers.
    std::pair<extent, extent> windows(std::size_t cell) const
    {
        extent const first = static_cast<extent>(cell) * pool_.stride - pool_.padding;
        return {std::max<extent>(first, 0), first + pool_.width};
    }

    /// The outputs of a unit for activations in its pooled cells. Throws error for another number of cells
    /// and for a unit that does not exist.
    std::vector<double> operator()(extent unit, std::span<double const> cells) const
    {
        if (cells.size() != this->cells())
            throw error{"expected activations of " + std::to_string(cells_) + " pooled cells, found " +
                        std::to_string(cells.size())};
        if (unit < 0 || unit >= units_)
            throw error{"expected a unit from 0 to " + std::to_string(units_ - 1) + ", found " +
                        std::to_string(unit)};
        return outputs(unit, first(unit, cells));
    }

    /// The first layer of a unit before its activation, for the values of its cells; these values themselves
    /// where no layer stands behind the cells. It is linear in them.
    std::vector<double> first(extent unit, std::span<double const> cells) const
    {
        if (steps_.empty()) return {cells.begin(), cells.end()};
        return steps_.front().sums(static_cast<std::size_t>(unit), cells);
    }
    /// Subtracts from first() what a cell of that value contributes to it.
    void take_out(extent unit, std::size_t cell, double value, std::vector<double>& from) const
    {
        if (steps_.empty()) from[cell] -= value;
        else steps_.front().take_out(static_cast<std::size_t>(unit), cell, value, from);
    }
    /// The outputs of a unit whose first layer gives first().
    std::vector<double> outputs(extent unit, std::vector<double> x) const
    {
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (i != 0) x = steps_[i].sums(static_cast<std::size_t>(unit), x);
            for (double& value : x) value = activated(steps_[i].act, value);
        }
        return x;
    }

private:
    // y = act(weight x + shift): a matrix, or a scale of each number where there is no dense layer, or x
    // itself
    struct step {
        std::size_t in{}, out{};
        std::vector<double> weight, shift; // (units, out, in) or (units, out) or none; (units, out) or none
        bool matrix = false;
        activation act = activation::identity;

        std::vector<double> sums(std::size_t unit, std::span<double const> x) const
        {
            if (shift.empty()) return {x.begin(), x.end()};
            std::vector<double> y(shift.begin() + static_cast<std::ptrdiff_t>(unit * out),
                                  shift.begin() + static_cast<std::ptrdiff_t>((unit + 1) * out));
            double const* w = weight.data() + unit * out * (matrix ? in : 1);
            for (std::size_t o = 0; o < out; ++o)
                if (matrix)
                    for (std::size_t i = 0; i < in; ++i) y[o] += *w++ * x[i];
                else y[o] += *w++ * x[o];
            return y;
        }
        void take_out(std::size_t unit, std::size_t cell, double value, std::vector<double>& y) const
        {
            if (shift.empty()) y[cell] -= value;
            else if (!matrix) y[cell] -= weight[unit * out + cell] * value;
            else
                for (std::size_t o = 0; o < out; ++o) y[o] -= weight[(unit * out + o) * in + cell] * value;
        }
    };
    // puts a batch norm behind what a step gives; `value(index)` is a tensor of the norm, a number a channel
    template <class Value>
    void fold(step& s, layer_row const& norm, Value value) const
    {
        using layer = detail::batch_norm_layer;
        auto const gamma = value(layer::gamma), beta = value(layer::beta), mean = value(layer::running_mean),
                   variance = value(layer::running_variance);
        auto const all = static_cast<std::size_t>(units_) * s.out,
                   positions = static_cast<std::size_t>(norm.in.positions);
        if (!s.matrix) {
            s.weight.assign(all, 1);
            s.shift.assign(all, 0);
        }
        std::size_t const of_row = s.matrix ? s.in : 1;
        for (std::size_t i = 0; i < all; ++i) {
            std::size_t const channel = i / positions; // units and channels follow each other
            double const scale = gamma[channel] / std::sqrt(variance[channel] + norm.epsilon);
            s.shift[i] = (s.shift[i] - mean[channel]) * scale + beta[channel];
            for (std::size_t k = i * of_row; k < (i + 1) * of_row; ++k) s.weight[k] *= scale;
        }
    }

    extent units_{}, cells_{};
    numbers pool_{};
    std::vector<step> steps_;
};

} // namespace explainn::EXPLAINN_ABI
