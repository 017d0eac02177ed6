// What every layer's shape equation must obey, as code that names the law a layer breaks.
#pragma once
#include <string>

#include <explainn/model/walk.hpp>

namespace laws {
namespace ex = explainn;

template <class L>
ex::outcome after(ex::shape in)
{
    if constexpr (ex::library_layer<L>) return L::after(in, ex::detail::resolved<L>(in, {}));
    else return L::after(in);
}

/// Empty, or the law that L breaks and where.
template <ex::layer L>
std::string broken()
{
    auto const at = [](ex::shape s) {
        return " at (" + std::to_string(s.channels) + ", " + std::to_string(s.positions) + ")";
    };
    auto const agrees = [](ex::extent unsure, ex::extent sure) {
        return !ex::known(unsure) || unsure == sure;
    };
    ex::extent before = 0;
    for (ex::extent channels = 1; channels <= 3; ++channels)
        for (ex::extent positions = 1; positions <= 40; ++positions) {
            ex::shape const in{channels, positions}, open{channels, ex::dynamic};
            ex::outcome const sure = after<L>(in), unsure = after<L>(open);
            if (positions == 1) before = 0;
            if (!unsure.fits && sure.fits)
                return "what is refused without a length is refused with any" + at(in);
            if (!sure.fits) continue;
            if (sure.out.channels < 1 || sure.out.positions < 1)
                return "what fits leaves at least one channel and one position" + at(in);
            if (!agrees(unsure.out.channels, sure.out.channels) ||
                !agrees(unsure.out.positions, sure.out.positions))
                return "an unknown length never gives another shape than the known one" + at(in);
            if (sure.out.positions < before) return "a longer input gives no shorter output" + at(in);
            before = sure.out.positions;
            ex::layer_row const row = [&] {
                ex::numbers n{};
                if constexpr (ex::library_layer<L>) n = ex::detail::resolved<L>(in, {});
                return ex::detail::row_of<L>(in, sure.out, n);
            }();
            for (int i = 0; i < row.weights.size; ++i) {
                auto const& w = row.weights.rows[i];
                for (int d = 0; d < w.rank; ++d)
                    if (w.sizes[d] < 1) return "a known shape gives known weights" + at(in);
                for (int j = 0; j < i; ++j)
                    if (std::string{w.name} == row.weights.rows[j].name)
                        return "weights of a layer have names of their own" + at(in);
            }
        }
    ex::phrase const name = [] {
        if constexpr (ex::library_layer<L>) return L::name(L::given);
        else return L::name();
    }();
    if (name.size == 0) return "a layer has a name";
    return {};
}

} // namespace laws
