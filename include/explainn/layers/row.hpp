// One row per layer: what the walk, the plan, the parameters and the executor read.
#pragma once
#include <concepts>
#include <string_view>

#include <explainn/backend/activation.hpp>
#include <explainn/core/shape.hpp>

namespace explainn {

enum class kind : unsigned char {
    conv,
    batch_norm,
    activate,
    max_pool,
    average_pool,
    dense,
    dropout,
    layer_norm,
    own
};

/// A whole percentage, as a template value: dropout<percent{30}>.
struct percent {
    int value{};
};

/// The numbers of one layer; what they mean is the layer's: conv (width, filters, padding), pools (width,
/// stride, padding), dense (outputs), dropout (percent).
struct numbers {
    extent a{}, b{}, c{};
    friend constexpr bool operator==(numbers const&, numbers const&) = default;
};

/// One parameter of one unit, as its layer declares it; what is not trained is state (running statistics).
struct weight_row {
    char const* name{};
    extent sizes[3]{};
    int rank{};
    bool trained = true;
    extent fan_in{}; ///< initial values are uniform within 1 / sqrt(fan_in); 0: `initial` everywhere
    double initial{};
};
struct weight_rows {
    weight_row rows[4]{};
    int size{};
    constexpr weight_rows() = default;
    template <std::same_as<weight_row>... R>
    constexpr weight_rows(R... r) : rows{r...}, size{static_cast<int>(sizeof...(R))}
    {
    }
};
/// Values uniform within 1 / sqrt(fan_in), PyTorch's default for convolutions and linear layers.
constexpr weight_row uniform_weight(char const* name, extent fan_in, extent a, extent b = 0, extent c = 0)
{
    return {name, {a, b, c}, c != 0 ? 3 : b != 0 ? 2 : 1, true, fan_in, 0};
}
/// One number everywhere to begin with.
constexpr weight_row constant_weight(char const* name, double initial, extent a)
{
    return {name, {a, 0, 0}, 1, true, 0, initial};
}
/// The same row, left alone by optimizers.
constexpr weight_row state(weight_row r)
{
    r.trained = false;
    return r;
}

struct layer_row {
    kind what{kind::own};
    numbers given{};
    activation act{};
    double epsilon{}, momentum{};
    shape in{}, out{};
    weight_rows weights{};
    bool global = false;    ///< of a pool: as wide as its input
    std::string_view own{}; ///< the name of a user's own layer, which lives as long as the program
};

/// What a layer of the library says; `numbers` come resolved.
template <class L>
concept library_layer = requires(shape s, numbers n)
{
    {
        L::what
        } -> std::convertible_to<kind>;
    {
        L::given
        } -> std::convertible_to<numbers>;
    {
        L::name(n)
        } -> std::same_as<phrase>;
    {
        L::after(s, n)
        } -> std::same_as<outcome>;
};
/// What a layer of a user's own says: a name and a shape equation (docs/extending.md shows forward and
/// backward).
template <class L>
concept own_layer = requires(shape s)
{
    {
        L::name()
        } -> std::same_as<phrase>;
    {
        L::after(s)
        } -> std::same_as<outcome>;
};
/// Anything that may stand in a unit.
template <class L>
concept layer = library_layer<L> || own_layer<L>;

} // namespace explainn
