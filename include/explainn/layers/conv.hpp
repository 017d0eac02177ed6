// Convolution over positions.
#pragma once
#include <algorithm>
#include <string>

#include <explainn/backend/concept.hpp>
#include <explainn/core/error.hpp>
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// What convolutions have in common: their weights, and both passes. A stride or dilation of 0 is one that
/// the layer does not have, and so 1.
struct any_conv {
    static constexpr bool reads_letters = true, reads_signals = true; ///< may be the first layer of a unit
    template <class Layer>
    static void require(Layer const& d, std::string const& name)
    {
        if (d.given.filters < 1) throw error{"expected at least one filter in " + name + ", found 0"};
    }
    /// The weights stand in this order everywhere, also in fused stages.
    enum weight_index { filters, bias };
    static constexpr weight_rows weights(shape in, numbers n)
    {
        extent const fan_in = extent_product(in.channels, n.width);
        return {uniform_weight("weight", fan_in, n.filters, in.channels, n.width),
                uniform_weight("bias", fan_in, n.filters)};
    }

    template <class B, class T>
    static void forward(B& b, layer_forward<T> const& a)
    {
        numbers const& g = a.row->given;
        run(b, op::conv<T>{.x = a.x,
                           .weight = a.weight(filters, g.filters, a.row->in.channels, g.width),
                           .bias = a.weight(bias, g.filters),
                           .padding = g.padding,
                           .stride = std::max<extent>(g.stride, 1),
                           .dilation = std::max<extent>(g.dilation, 1),
                           .y = a.y});
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        numbers const& g = a.row->given;
        run(b, op::conv_gradient<T>{.x = a.x,
                                    .weight = a.weight(filters, g.filters, a.row->in.channels, g.width),
                                    .padding = g.padding,
                                    .stride = std::max<extent>(g.stride, 1),
                                    .dilation = std::max<extent>(g.dilation, 1),
                                    .dy = a.dy,
                                    .dx = a.dx,
                                    .dweight = a.dweight(filters, g.filters, a.row->in.channels, g.width),
                                    .dbias = a.dweight(bias, g.filters)});
    }
};

struct conv_layer : any_conv {
    static constexpr kind what = kind::conv;
    static constexpr char const* word = "conv";
    static constexpr open_number open[]{{&numbers::width, given_size::width}};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("width", d.given.width);
        f("filters", d.given.filters);
        f("padding", d.given.padding);
    }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.width, 1)) return wants(at_least, 1, positions, n.width);
        if (surely_less(extent_sum(in.positions, 2 * n.padding), n.width))
            return wants(at_least, n.width - 2 * n.padding, positions, in.positions);
        return shape{n.filters, windows(extent_sum(in.positions, 2 * n.padding), n.width, 1)};
    }
};

/// A convolution of both strands. Layer by layer it is a convolution by twice as many filters, every second
/// of which is the reverse complement of the one before.
struct symmetric_conv_layer {
    static constexpr kind what = kind::symmetric_conv;
    static constexpr char const* word = "symmetric_conv";
    static constexpr bool reads_letters = true;
    static constexpr open_number open[]{{&numbers::width, given_size::width}};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("width", d.given.width);
    }
    static constexpr phrase name(numbers n)
    {
        phrase p = "conv<";
        if (known(n.width)) p += n.width;
        else p += "dynamic";
        p += ", strands::both>";
        return p;
    }
    static constexpr outcome after(shape in, numbers n)
    {
        if (known(in.channels) && in.channels != 4) return wants(exactly, 4, channels, in.channels);
        if (surely_less(n.width, 1)) return wants(at_least, 1, positions, n.width);
        if (surely_less(in.positions, n.width)) return wants(at_least, n.width, positions, in.positions);
        extent const each = windows(in.positions, n.width, 1);
        return shape{1, known(each) ? 2 * each : dynamic};
    }
    enum weight_index { filters, bias };
    static constexpr weight_rows weights(shape in, numbers n)
    {
        return any_conv::weights(in, {.width = n.width, .filters = 1});
    }
    enum kept_index { filters_of_both, bias_of_both, by_strand, filters_gradient, bias_gradient };
    static constexpr kept_rows keeps(shape in, shape out)
    {
        extent const width = in.positions - out.positions / 2 + 1;
        return {kept_row{"filters_of_both", 8 * width}, kept_row{"bias_of_both", 2},
                kept_row{"by_strand", 0, out.positions}, kept_row{"filters_gradient", 8 * width, 0, true},
                kept_row{"bias_gradient", 2, 0, true}};
    }
    /// Whether a backend has the ops of this layer, alone and fused.
    template <class B>
    static constexpr bool runs_on = runs<B, op::both_strands> && runs<B, op::both_strands_gradient> &&
                                    runs<B, op::symmetric_statistics> && runs<B, op::symmetric_scan> &&
                                    runs<B, op::symmetric_scan_gradient> && runs<B, op::transpose>;

    template <class B, class T>
        requires runs_on<B>
    static void forward(B& b, layer_forward<T> const& a)
    {
        extent const width = a.row->given.width, each = a.row->out.positions / 2;
        auto const w = a.kept(filters_of_both, 2, 4, width);
        auto const of_bias = a.kept(bias_of_both, 2);
        view<T, 4> const y = a.kept(by_strand, a.n, 2, each);
        run(b, op::both_strands<T>{.weight = a.weight(filters, 1, 4, width),
                                   .bias = a.weight(bias, 1),
                                   .of_both = w,
                                   .bias_both = of_bias});
        run(b, op::conv<T>{.x = a.x, .weight = w, .bias = of_bias, .y = y});
        run(b, op::transpose<T>{.x = y, .y = a.y.as(a.units, a.n, each, 2)});
    }
    template <class B, class T>
        requires runs_on<B>
    static void backward(B& b, layer_backward<T> const& a)
    {
        extent const width = a.row->given.width, each = a.row->out.positions / 2;
        view<T, 4> const dy = a.kept(by_strand, a.n, 2, each), dw = a.kept(filters_gradient, 2, 4, width);
        auto const dbias = a.kept(bias_gradient, 2);
        run(b, op::transpose<T>{.x = a.dy.as(a.units, a.n, each, 2), .y = dy});
        run(b, op::conv_gradient<T>{.x = a.x,
                                    .weight = a.kept(filters_of_both, 2, 4, width),
                                    .dy = dy,
                                    .dx = a.dx,
                                    .dweight = dw,
                                    .dbias = dbias});
        run(b, op::both_strands_gradient<T>{.of_both = dw,
                                            .bias_both = dbias,
                                            .dweight = a.dweight(filters, 1, 4, width),
                                            .dbias = a.dweight(bias, 1)});
    }
};

} // namespace detail

/// An option of a convolution: `both` strands of DNA are read.
enum class strands : unsigned char { both };

/// (C, L) -> (Filters, L + 2 Padding - Width + 1), with bias. If Width is `dynamic`, it is given when the
/// model is made.
///
///     using my_unit = unit<conv<19>, batch_norm, exponential, max_pool<7>>;
template <extent Width, auto Filters = extent{1}, extent Padding = 0>
struct conv : detail::conv_layer {
    static_assert(std::same_as<decltype(Filters), extent>,
                  "the second argument of conv is its number of filters, or "
                  "strands::both");
    static constexpr numbers given{.width = Width, .filters = Filters, .padding = Padding};
    static constexpr phrase name(numbers n)
    {
        if (n.padding != 0) return spell("conv", n.width, n.filters, n.padding);
        return n.filters == 1 ? spell("conv", n.width) : spell("conv", n.width, n.filters);
    }
    static_assert(Filters > 0 && Padding >= 0,
                  "a convolution has at least one filter and no negative padding");
};

/// (4, L) -> (1, 2 (L - Width + 1)): one filter that reads both strands of DNA. Positions 2 t and 2 t + 1 are
/// the responses to window t as it is given and to its reverse complement, both with the one bias. A batch
/// norm behind it normalises both by the mean and variance over the windows of both strands, and
/// larger_strand takes the larger of the two. So the unit says the same of a sequence and its reverse
/// complement, but for where.
///
///     using my_unit = unit<conv<19, strands::both>, batch_norm, exponential, larger_strand, max_pool<7>>;
template <extent Width, auto Both>
    requires std::same_as<decltype(Both), strands>
struct conv<Width, Both, 0> : detail::symmetric_conv_layer {
    static constexpr numbers given{.width = Width};
};

} // namespace explainn::EXPLAINN_ABI
