// One layer on its own, of the library or of a user: what no fused stage takes.
#pragma once
#include <explainn/model/stages/stage.hpp>

namespace explainn::EXPLAINN_ABI::detail {

struct single_layer_stage {
    static constexpr stage_kind what = stage_kind::single;
    static constexpr bool reads_letters = false;
    /// Whether a backend that spreads the forward pass by itself spreads the backward pass, too.
    static constexpr bool spreads_backward = true;
    /// Whether the backend is to be given all units at once, forward and backward.
    template <class B>
    static bool whole_bank(B const& b, extent units)
    {
        return takes_whole_bank<op::conv>(b, units);
    }

    static int match(network_rows const&, bank_row const&, int at) { return at + 1; }
    static kept_rows keeps(network_rows const& n, stage const& s) { return n.layer(s.first).keeps; }
    /// Bytes that the layer's ops keep of each unit for the gradient of n sequences.
    template <backend B>
    static std::size_t bytes_kept(B const& b, network_context<B> const& network, stage const& s, extent n)
    {
        auto const of = network.functions[static_cast<std::size_t>(s.first)].kept_bytes;
        return of ? of(b, network.rows.layer(s.first), n) : 0;
    }

    template <backend B>
    static void forward(stage_slice<B> const& s)
    {
        layer_forward<typename B::scalar> a;
        fill(s, a);
        shape const out = s.out();
        a.y = s.y(s.n(), out.channels, out.positions);
        if (!one_by_one(s)) return functions(s).forward(s.b, a);
        for (extent u = 0; u < a.units; ++u) {
            auto one = a;
            take_unit(one, u, s.layer(s.what.first).keeps);
            one.y = a.y.slice(u, u + 1);
            functions(s).forward(s.b, one);
        }
    }
    template <backend B>
    static void backward(stage_slice<B> const& s)
    {
        if (!functions(s).backward)
            throw error{"a layer of a user's own needs backward(backend, layer_backward) to be trained"};
        layer_backward<typename B::scalar> a;
        fill(s, a);
        shape const in = s.in(), out = s.out();
        a.y = s.y(s.n(), out.channels, out.positions);
        a.dy = s.dy(s.n(), out.channels, out.positions);
        if (s.before) a.dx = s.dx(s.n(), in.channels, in.positions);
        each_weight(s, [&](int k, extent count) {
            a.dweights[static_cast<std::size_t>(k)] = s.gradient(s.what.first, k, count);
        });
        if (!one_by_one(s)) return functions(s).backward(s.b, a);
        // the input's gradient is written, as the layer expects, and not used
        auto unused = s.b.template make<typename B::scalar>(a.x.count());
        for (extent u = 0; u < a.units; ++u) {
            auto one = a;
            take_unit(one, u, s.layer(s.what.first).keeps);
            one.y = a.y.slice(u, u + 1);
            one.dy = a.dy.slice(u, u + 1);
            one.dx = {unused.data(), 1, a.n, in.channels, in.positions};
            for (auto& w : one.dweights) w = w.slice(u, u + 1);
            functions(s).backward(s.b, one);
        }
    }

private:
    template <class B>
    static layer_functions<B> const& functions(stage_slice<B> const& s)
    {
        return s.network.functions[static_cast<std::size_t>(s.what.first)];
    }
    // A shared input is one array for all units; a layer of a user's own is written for an x of as many units
    // as y.
    template <class B>
    static bool one_by_one(stage_slice<B> const& s)
    {
        return !s.before && s.layer(s.what.first).what == kind::own;
    }
    template <class T>
    static void take_unit(layer_pass<T>& a, extent u, kept_rows const& keeps)
    {
        a.units = 1;
        a.shared_x = false;
        a.own = a.own.from(u);
        for (auto& w : a.weights) w = w.slice(u, u + 1);
        for (int k = 0; k < keeps.size; ++k) {
            auto const& row = keeps.rows[k];
            auto& array = a.arrays[static_cast<std::size_t>(k)];
            auto const before =
                static_cast<std::size_t>(u) * static_cast<std::size_t>(row.per_unit + a.n * row.per_sequence);
            if (array != nullptr) array += before;
        }
    }
    // calls each(k, numbers of one unit) for every weight
    template <class B, class Each>
    static void each_weight(stage_slice<B> const& s, Each each)
    {
        auto const& weights = s.layer(s.what.first).weights;
        for (int k = 0; k < weights.size; ++k) {
            extent count = 1;
            for (int d = 0; d < weights.rows[k].rank; ++d) count *= weights.rows[k].sizes[d];
            each(k, count);
        }
    }
    template <class B, class T>
    static void fill(stage_slice<B> const& s, layer_pass<T>& a)
    {
        auto const& row = s.layer(s.what.first);
        a.row = &row;
        a.units = s.to - s.from;
        a.n = s.n();
        a.shared_x = !s.before;
        a.training = s.training();
        a.batch_statistics = s.batch_statistics(s.what.first);
        a.random = s.random(s.what.first);
        if (s.before) a.x = s.x(a.n, row.in.channels, row.in.positions);
        else a.x = view<T, 4>{s.shared_input(), 1, a.n, row.in.channels, row.in.positions};
        each_weight(s, [&](int k, extent count) {
            a.weights[static_cast<std::size_t>(k)] = s.value(s.what.first, k, count);
        });
        for (int k = 0; k < row.keeps.size; ++k) {
            auto const& kept = row.keeps.rows[k];
            if (kept.only_training && !a.training) continue;
            a.arrays[static_cast<std::size_t>(k)] = s.kept(k, kept.per_unit + a.n * kept.per_sequence).data;
        }
        if (row.partner >= 0) {
            auto& partner = *s.network.memory[static_cast<std::size_t>(row.partner)];
            extent const each = a.n * row.remembered.channels * row.remembered.positions;
            for (std::size_t k = 0; k < a.remembered.size(); ++k)
                a.remembered[k] = s.slice(partner.kept(static_cast<int>(k)), each).data;
        }
        a.own = s.own(bytes_kept(s.b, s.network, s.what, a.n));
    }
};

} // namespace explainn::EXPLAINN_ABI::detail
