// One layer on its own, of the library or of a user: what no fused stage takes.
#pragma once
#include <explainn/model/stages/stage.hpp>

namespace explainn::detail {

struct single_layer_stage {
    static constexpr stage_kind what = stage_kind::single;
    static constexpr bool reads_letters = false;
    /// Whether the backend is to be given all units at once, forward and backward.
    template <class B>
    static bool whole_bank(B const& b, extent units)
    {
        return takes_whole_bank<op::conv>(b, units);
    }

    static int match(network_rows const&, bank_row const&, int at) { return at + 1; }
    static kept_rows keeps(network_rows const& n, stage const& s) { return n.layer(s.first).keeps; }

    template <backend B>
    static void forward(stage_slice<B> const& s)
    {
        layer_forward<typename B::scalar> a;
        fill(s, a);
        shape const out = s.out();
        a.y = s.y(s.n(), out.channels, out.positions);
        functions(s).forward(s.b, a);
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
        functions(s).backward(s.b, a);
    }

private:
    template <class B>
    static layer_functions<B> const& functions(stage_slice<B> const& s)
    {
        return s.network.functions[static_cast<std::size_t>(s.what.first)];
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
        a.training = s.training();
        a.batch_statistics = s.batch_statistics(s.what.first);
        a.random = s.random(s.what.first);
        // a layer that reads letters reads one one-hot array for all units
        if (s.before) a.x = s.x(a.n, row.in.channels, row.in.positions);
        else a.x = view<T, 4>{s.network.one_hot.data(), 1, a.n, 4, row.in.positions};
        each_weight(s, [&](int k, extent count) {
            a.weights[static_cast<std::size_t>(k)] = s.value(s.what.first, k, count);
        });
        for (int k = 0; k < row.keeps.size; ++k) {
            auto const& kept = row.keeps.rows[k];
            if (kept.only_training && !a.training) continue;
            extent const each = kept.per_unit + a.n * kept.per_sequence;
            a.arrays[static_cast<std::size_t>(k)] =
                kept.type == kept_type::scalar
                    ? static_cast<void*>(s.template kept<T>(k, each).data)
                    : static_cast<void*>(s.template kept<std::uint16_t>(k, each).data);
        }
    }
};

} // namespace explainn::detail
