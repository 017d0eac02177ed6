// A dense block with batch norm and ReLU and the block of one output behind it, as one.
#pragma once
#include <explainn/model/stages/dense_block.hpp>

namespace explainn::EXPLAINN_ABI::detail {

struct dense_pair_stage {
    static constexpr stage_kind what = stage_kind::dense_pair;
    static constexpr bool reads_letters = false;
    /// Whether a backend that spreads the forward pass by itself spreads the backward pass, too.
    static constexpr bool spreads_backward = true;
    /// Whether the backend is to be given all units at once, forward and backward.
    template <class B>
    static bool whole_bank(B const& b, extent units)
    {
        return takes_whole_bank<op::dense_pair>(b, units);
    }

    static int match(network_rows const& n, bank_row const& bank, int at)
    {
        if (too_wide(n, bank, at) || reads_shared_input(bank, at)) return at;
        dense_layers const hidden = dense_layers_at(n, at, bank.last);
        if (hidden.norm < 0 || hidden.act < 0 || n.layer(hidden.act).act != activation::relu) return at;
        dense_layers const last = dense_layers_at(n, hidden.last, bank.last);
        if (last.dense < 0) return at;
        bool const fits = n.layer(at).out.channels != 1 && n.layer(last.dense).out.channels == 1;
        return fits ? last.last : at;
    }
    enum kept_index { mean, variance, last_mean, last_variance };
    static kept_rows keeps(network_rows const& n, stage const& s)
    {
        extent const hidden = n.layer(s.first).out.channels;
        return {kept_row{"mean", hidden, 0, true}, kept_row{"variance", hidden, 0, true},
                kept_row{"last_mean", 1, 0, true}, kept_row{"last_variance", 1, 0, true}};
    }
    /// Bytes that the pair keeps of each unit for the gradient of n sequences.
    template <backend B>
    static std::size_t bytes_kept(B const& b, network_context<B> const& network, stage const& s, extent n)
    {
        auto const& row = network.rows.layer(s.first);
        op::dense_pair<typename B::scalar> o{};
        o.hidden.weight = {nullptr, 1, row.out.channels, row.features_in()};
        o.last.y = {nullptr, 1, n, 1};
        return kept_bytes(b, o);
    }

    template <backend B>
    static void forward(stage_slice<B> const& s)
    {
        slices<B> const of{s};
        op::dense_pair<typename B::scalar> both{.hidden = of.hidden.block(), .last = of.last.block()};
        both.hidden.x = s.x(s.n(), of.hidden.features_in());
        both.kept = s.own(bytes_kept(s.b, s.network, s.what, s.n()));
        both.last.y = s.y(s.n(), extent{1});
        run(s.b, both);
        of.hidden.follow();
        of.last.follow();
    }
    template <backend B>
    static void backward(stage_slice<B> const& s)
    {
        slices<B> const of{s};
        op::dense_pair_gradient<typename B::scalar> both{
            .hidden = of.hidden.gradient(), .last = of.last.gradient(), .kept = {}};
        both.kept = s.own(bytes_kept(s.b, s.network, s.what, s.n()));
        both.hidden.x = s.x(s.n(), of.hidden.features_in());
        both.hidden.dx = s.dx(s.n(), of.hidden.features_in());
        both.last.y = s.y(s.n(), extent{1});
        both.last.dy = s.dy(s.n(), extent{1});
        run(s.b, both);
    }

private:
    template <backend B>
    struct slices {
        dense_layers first;
        dense_slice<B> hidden, last;
        explicit slices(stage_slice<B> const& s)
            : first{dense_layers_at(s.network.rows, s.what.first, s.what.last)},
              hidden{s, first, mean, variance},
              last{s, dense_layers_at(s.network.rows, first.last, s.what.last), last_mean, last_variance}
        {
        }
    };
};

} // namespace explainn::EXPLAINN_ABI::detail
