// The laws of layers, for the tests of this library and of users' own layers; each function names the law
// that is broken.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <explainn/model/stages/stage.hpp>
#include <explainn/testing/gradients.hpp>

namespace explainn::EXPLAINN_ABI::laws {

namespace detail {

template <class L>
outcome after(shape in)
{
    if constexpr (library_layer<L>) return L::after(in, explainn::detail::resolved<L>(in, {}));
    else return L::after(in);
}
inline std::string place(shape s)
{
    return " at (" + std::to_string(s.channels) + ", " + std::to_string(s.positions) + ")";
}

} // namespace detail

/// Returns an empty text or, where a layer breaks a law of shapes, a sentence with the law and the input (C,
/// L) that shows it. They are laws of the shape equation and of the declared weights; nothing is computed.
///
///     std::string const law = laws::broken<max_pool<7>>();
///     if (!law.empty()) throw error{"max_pool<7>: " + law};
template <layer L>
std::string broken()
{
    auto const agrees = [](extent unsure, extent sure) { return !known(unsure) || unsure == sure; };
    extent before = 0;
    for (extent channels = 1; channels <= 3; ++channels)
        for (extent positions = 1; positions <= 40; ++positions) {
            shape const in{channels, positions}, open{channels, dynamic};
            outcome const sure = detail::after<L>(in), unsure = detail::after<L>(open);
            if (positions == 1) before = 0;
            if (!unsure.fits && sure.fits)
                return "an input that is refused without a length is refused with every length" +
                       detail::place(in);
            if (!sure.fits) continue;
            if (sure.out.channels < 1 || sure.out.positions < 1)
                return "an input that fits gives at least one channel and one position" + detail::place(in);
            if (!agrees(unsure.out.channels, sure.out.channels) ||
                !agrees(unsure.out.positions, sure.out.positions))
                return "an unknown length never gives another shape than the known one" + detail::place(in);
            if (sure.out.positions < before)
                return "a longer input gives no shorter output" + detail::place(in);
            before = sure.out.positions;
            layer_row const row = [&] {
                numbers n{};
                if constexpr (library_layer<L>) n = explainn::detail::resolved<L>(in, {});
                return explainn::detail::row_of<L>(in, sure.out, n);
            }();
            for (int i = 0; i < row.weights.size; ++i) {
                auto const& w = row.weights.rows[i];
                for (int d = 0; d < w.rank; ++d)
                    if (w.sizes[d] < 1) return "a known shape gives known weights" + detail::place(in);
                for (int j = 0; j < i; ++j)
                    if (std::string{w.name} == row.weights.rows[j].name)
                        return "weights of a layer have different names" + detail::place(in);
            }
        }
    phrase const name = [] {
        if constexpr (library_layer<L>) return L::name(L::given);
        else return L::name();
    }();
    if (name.size == 0) return "a layer has a name";
    return {};
}

namespace detail {

// A user's own layer with random numbers, run on a backend whose numbers are double.
template <own_layer L, backend B>
class layer_on_trial {
public:
    struct passed {
        std::vector<double> y, dx;
        std::array<std::vector<double>, weight_rows::most> dweights;
    };

    layer_on_trial(B& b, shape in, seed s, extent units, extent rows)
        : b_{b}, f_{explainn::detail::functions_of<B, L>()},
          row_{explainn::detail::row_of<L>(in, L::after(in).out, {})}, n_{rows}
    {
        random_numbers draw{s, stream::tests};
        auto const fill = [&](std::vector<double>& v, std::size_t count) {
            v.resize(count);
            for (double& number : v) number = draw.uniform(-1, 1);
        };
        fill(x, numbers_of(row_.in, units));
        fill(dy, numbers_of(row_.out, units));
        for (int k = 0; k < row_.weights.size; ++k)
            fill(weights[static_cast<std::size_t>(k)],
                 static_cast<std::size_t>(units) * static_cast<std::size_t>(weight_size(k)));
    }
    bool has_forward() const { return f_.forward != nullptr; }
    bool has_backward() const { return f_.backward != nullptr; }
    weight_rows const& rows() const { return row_.weights; }

    /// Both passes for units [from, to); the results are written over the value `before`.
    passed run(extent from, extent to, double before, bool backward = true)
    {
        extent const units = to - from;
        array_on<B, double> const in = put(x, numbers_of(row_.in, 1), from, to),
                                  slope = put(dy, numbers_of(row_.out, 1), from, to);
        array_on<B, double> out = filled(numbers_of(row_.out, units), before),
                            dx = filled(numbers_of(row_.in, units), before);
        std::array<array_on<B, double>, weight_rows::most> w, dw;
        stage_memory<B> kept;
        layer_forward<double> a;
        layer_backward<double> g;
        for (layer_pass<double>* pass :
             {static_cast<layer_pass<double>*>(&a), static_cast<layer_pass<double>*>(&g)}) {
            pass->row = &row_;
            pass->units = units;
            pass->n = n_;
            pass->x = all(in, row_.in, units);
            pass->training = true;
        }
        a.y = all(out, row_.out, units);
        g.y = a.y;
        g.dy = all(slope, row_.out, units);
        g.dx = all(dx, row_.in, units);
        for (int k = 0; k < row_.keeps.size; ++k) {
            auto const i = static_cast<std::size_t>(k);
            auto const& row = row_.keeps.rows[k];
            auto const count = static_cast<std::size_t>(units) *
                               static_cast<std::size_t>(row.per_unit + n_ * row.per_sequence);
            kept.arrays[i] = b_.template make<double>(count);
            a.arrays[i] = g.arrays[i] = kept.kept(k);
        }
        if (f_.kept_bytes) {
            std::size_t const each = f_.kept_bytes(b_, row_, n_);
            kept.own = b_.template make<std::byte>(static_cast<std::size_t>(units) * each);
            a.own = g.own = {kept.own.data(), each};
        }
        for (int k = 0; k < row_.weights.size; ++k) {
            auto const i = static_cast<std::size_t>(k);
            auto const size = weight_size(k);
            w[i] = put(weights[i], static_cast<std::size_t>(size), from, to);
            dw[i] = filled(static_cast<std::size_t>(units) * static_cast<std::size_t>(size), before);
            g.weights[i] = a.weights[i] = view<double, 2>{w[i].data(), units, size};
            g.dweights[i] = {dw[i].data(), units, size};
        }
        f_.forward(b_, a);
        if (backward) f_.backward(b_, g);
        passed done{get(out), get(dx), {}};
        for (std::size_t k = 0; k < dw.size(); ++k) done.dweights[k] = get(dw[k]);
        return done;
    }
    /// The function whose gradients are checked: the sum of dy y over all units.
    double value(extent units)
    {
        auto const y = run(0, units, 0, false).y;
        double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i) sum += dy[i] * y[i];
        return sum;
    }

    std::vector<double> x, dy;
    std::array<std::vector<double>, weight_rows::most> weights;

private:
    std::size_t numbers_of(shape s, extent units) const
    {
        return static_cast<std::size_t>(units) * static_cast<std::size_t>(n_) *
               static_cast<std::size_t>(s.channels) * static_cast<std::size_t>(s.positions);
    }
    extent weight_size(int k) const
    {
        auto const& w = row_.weights.rows[k];
        extent size = 1;
        for (int d = 0; d < w.rank; ++d) size *= w.sizes[d];
        return size;
    }
    view<double, 4> all(array_on<B, double> const& a, shape s, extent units) const
    {
        return {const_cast<double*>(a.data()), units, n_, s.channels, s.positions};
    }
    // copies units [from, to) of an array with `each` numbers a unit to the device
    array_on<B, double> put(std::vector<double> const& host, std::size_t each, extent from, extent to)
    {
        std::size_t const first = each * static_cast<std::size_t>(from),
                          count = each * static_cast<std::size_t>(to - from);
        auto a = b_.template make<double>(count);
        b_.upload(a.data(), host.data() + first, count);
        return a;
    }
    array_on<B, double> filled(std::size_t count, double with)
    {
        std::vector<double> const host(count, with);
        auto a = b_.template make<double>(count);
        b_.upload(a.data(), host.data(), count);
        return a;
    }
    std::vector<double> get(array_on<B, double> const& a)
    {
        std::vector<double> host(a.size());
        if (!host.empty()) fetch(b_, host.data(), a.data(), host.size());
        return host;
    }

    B& b_;
    layer_functions<B> f_;
    layer_row row_;
    extent n_;
};

} // namespace detail

/// How the passes of a layer are tried.
struct layer_trial {
    extent units = 3, rows = 4; ///< of the input
    seed from{1};               ///< input and weights are uniform in [-1, 1]
    gradient_check look{};      ///< how gradients are compared with differences
};

/// Returns an empty text or, where the forward or the backward pass of a user's own layer breaks a law on
/// random inputs (C, L), a sentence with the law: results are assigned, whatever stood there before; a unit
/// does not depend on the others; backward(backend, layer_backward) gives the slopes of forward. It runs on a
/// backend of double, because slopes are compared with differences; a kink within 2e-4 of a random input
/// shows as a wrong slope.
///
///     reference<double> b;
///     std::string const law = laws::broken<my_layer>(b, shape{1, 12});     // "" if it obeys
template <own_layer L, backend B>
    requires std::same_as<typename B::scalar, double>
std::string broken(B& b, shape in, layer_trial how = {})
{
    if (!L::after(in).fits) return "the layer takes the input it is tried with" + detail::place(in);
    detail::layer_on_trial<L, B> layer{b, in, how.from, how.units, how.rows};
    if (!layer.has_forward()) return "a layer has forward(backend, layer_forward)";
    if (!layer.has_backward()) return "a layer that is trained has backward(backend, layer_backward)";
    auto const first = layer.run(0, how.units, 7), second = layer.run(0, how.units, -3);
    if (first.y != second.y) return "forward assigns all of y, whatever stood there";
    if (first.dx != second.dx) return "backward assigns all of dx, whatever stood there";
    auto const name = [&](int k) { return std::string{layer.rows().rows[k].name}; };
    auto const trained = [&](int k) { return layer.rows().rows[k].trained; };
    for (int k = 0; k < layer.rows().size; ++k) {
        auto const i = static_cast<std::size_t>(k);
        if (trained(k) && first.dweights[i] != second.dweights[i])
            return "backward assigns all of the gradient of " + name(k) + ", whatever stood there";
    }
    auto const ends_like = [](std::vector<double> const& part, std::vector<double> const& all) {
        return std::equal(part.begin(), part.end(),
                          all.begin() + static_cast<std::ptrdiff_t>(all.size() - part.size()));
    };
    auto const last = layer.run(how.units - 1, how.units, 7);
    bool alone = ends_like(last.y, first.y) && ends_like(last.dx, first.dx);
    for (int k = 0; k < layer.rows().size; ++k) {
        auto const i = static_cast<std::size_t>(k);
        alone = alone && (!trained(k) || ends_like(last.dweights[i], first.dweights[i]));
    }
    if (!alone) return "a unit computes the same in any slice of units";
    auto const value = [&] { return layer.value(how.units); };
    if (auto const v = check_gradient(value, layer.x, first.dx, how.look); !v)
        return "dx is the slope of forward: " + v.log.substr(0, v.log.find('\n'));
    for (int k = 0; k < layer.rows().size; ++k) {
        auto const i = static_cast<std::size_t>(k);
        if (!trained(k)) continue;
        if (auto const v = check_gradient(value, layer.weights[i], first.dweights[i], how.look); !v)
            return "the gradient of " + name(k) +
                   " is the slope of forward: " + v.log.substr(0, v.log.find('\n'));
    }
    return {};
}

} // namespace explainn::EXPLAINN_ABI::laws
