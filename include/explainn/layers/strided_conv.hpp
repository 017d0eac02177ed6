// A convolution whose windows start every few positions, or whose taps are some positions apart.
#pragma once
#include <cstdint>
#include <string>

#include <explainn/layers/conv.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

struct strided_conv_layer : any_conv {
    static constexpr kind what = kind::strided_conv;
    static constexpr char const* word = "strided_conv";
    static constexpr extent most_reach = 1 << 20; ///< positions from a window's first tap to its last
    static constexpr open_number open[]{{&numbers::width, given_size::width},
                                        {&numbers::stride, given_size::stride}};
    template <class Layer, class F>
    static void each_number(Layer& d, F f)
    {
        f("width", d.given.width);
        f("filters", d.given.filters);
        f("stride", d.given.stride);
        f("dilation", d.given.dilation);
        f("padding", d.given.padding);
    }
    template <class Layer>
    static void require(Layer const& d, std::string const& name)
    {
        any_conv::require(d, name);
        if (d.given.dilation < 1) throw error{"expected a dilation of at least 1 in " + name + ", found 0"};
        if (std::int64_t{d.given.dilation} * d.given.width > most_reach)
            throw error{"expected a dilation times width of at most " + std::to_string(most_reach) + " in " +
                        name + ", found more"};
    }
    static constexpr phrase name(numbers n)
    {
        return spell(word, n.width, n.filters, n.stride, n.dilation, n.padding);
    }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.width, 1)) return wants(at_least, 1, positions, n.width);
        if (surely_less(n.stride, 1)) return wants(at_least, 1, positions, n.stride);
        extent const reach = known(n.width) ? n.dilation * (n.width - 1) + 1 : dynamic;
        if (surely_less(extent_sum(in.positions, 2 * n.padding), reach))
            return wants(at_least, reach - 2 * n.padding, positions, in.positions);
        if (!known(n.stride)) return shape{n.filters, dynamic};
        return shape{n.filters, windows(extent_sum(in.positions, 2 * n.padding), reach, n.stride)};
    }
};

} // namespace detail

/// (C, L) -> (Filters, (L + 2 Padding - Dilation (Width - 1) - 1) / Stride + 1), with bias, as PyTorch's
/// Conv1d: windows start every Stride positions, and the taps of a window are Dilation positions apart. If
/// Width or Stride is `dynamic`, it is given when the model is made. No fused stage takes it.
///
///     using my_block = unit<conv<11, 32>, relu, strided_conv<5, 32, 2>, relu, strided_conv<3, 32, 1, 4, 4>>;
template <extent Width, extent Filters, extent Stride, extent Dilation = 1, extent Padding = 0>
struct strided_conv : detail::strided_conv_layer {
    static_assert(Filters > 0 && Padding >= 0 && Dilation > 0 && (Stride > 0 || Stride == dynamic),
                  "a convolution has at least one filter, a stride and a dilation of at least 1 and no "
                  "negative padding");
    static constexpr numbers given{
        .width = Width, .filters = Filters, .stride = Stride, .padding = Padding, .dilation = Dilation};
};

} // namespace explainn::EXPLAINN_ABI
