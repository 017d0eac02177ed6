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

#include <explainn/model/model.hpp>

namespace explainn::EXPLAINN_ABI {

/// The dense layers, batch norms and activations of the units of a bank, as functions of the activations in
/// the pooled cells, in double precision. Throws error for a bank whose units are not one filter, an optional
/// batch norm, an activation and a max pooling, followed only by dense layers, batch norms, activations and
/// dropout.
///
///     unit_tail const tail{m};
///     std::vector<double> cells(tail.cells(), 0.1);
///     cells[12] = 5;                                     // one strong hit in cell 12
///     double const output = tail(3, cells)[0];           // of unit 3
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
        if (!is(kind::conv) || rows.layer(at).given.filters != 1) refuse();
        ++at;
        if (is(kind::batch_norm)) ++at;
        if (is(kind::activate)) ++at;
        if (!is(kind::max_pool)) refuse();
        pool_ = rows.layer(at).given;
        cells_ = rows.layer(at).out.positions;
        std::vector<typename B::scalar> const all = m.snapshot();
        auto const values = [&](int layer, int part) {
            auto const* const p = m.parameters().of(layer, part);
            return std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(p->offset),
                                       all.begin() + static_cast<std::ptrdiff_t>(p->offset + p->count));
        };
        for (++at; at < here.last; ++at) {
            auto const& row = rows.layer(at);
            step s{row.what,
                   row.features_in(),
                   row.out.channels * row.out.positions,
                   row.in.positions,
                   row.act,
                   {},
                   {}};
            if (s.what == kind::dropout) continue;
            if (s.what == kind::dense) {
                s.first = values(at, 0);
                s.second = values(at, 1);
            } else if (s.what == kind::batch_norm) {
                auto const gamma = values(at, 0), beta = values(at, 1), mean = values(at, 2),
                           variance = values(at, 3);
                for (std::size_t i = 0; i < gamma.size(); ++i) {
                    double const scale = gamma[i] / std::sqrt(variance[i] + row.epsilon);
                    s.first.push_back(scale);
                    s.second.push_back(beta[i] - scale * mean[i]);
                }
            } else if (s.what != kind::activate) {
                refuse();
            }
            steps_.push_back(std::move(s));
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
        auto const u = static_cast<std::size_t>(unit);
        std::vector<double> x(cells.begin(), cells.end()), y;
        for (step const& s : steps_) {
            auto const in = static_cast<std::size_t>(s.in), out = static_cast<std::size_t>(s.out);
            if (s.what == kind::activate) {
                for (double& v : x) v = activated(s.act, v);
            } else if (s.what == kind::batch_norm) {
                auto const positions = static_cast<std::size_t>(s.positions), channels = in / positions;
                for (std::size_t i = 0; i < in; ++i)
                    x[i] =
                        s.first[u * channels + i / positions] * x[i] + s.second[u * channels + i / positions];
            } else {
                y.assign(out, 0);
                for (std::size_t o = 0; o < out; ++o) {
                    double sum = s.second[u * out + o];
                    for (std::size_t i = 0; i < in; ++i) sum += s.first[(u * out + o) * in + i] * x[i];
                    y[o] = sum;
                }
                x = y;
            }
        }
        return x;
    }

private:
    struct step {
        kind what;
        extent in, out, positions;
        activation act;
        std::vector<double> first, second; // weights and biases, or scales and shifts
    };
    extent units_{}, cells_{};
    numbers pool_{};
    std::vector<step> steps_;
};

} // namespace explainn::EXPLAINN_ABI
