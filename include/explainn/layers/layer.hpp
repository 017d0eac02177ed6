// One row per layer: what the walk, the lowering, the parameters and the executor read.
#pragma once
#include <array>
#include <concepts>
#include <string_view>

#include <explainn/backend/activation.hpp>
#include <explainn/core/shape.hpp>

namespace explainn::EXPLAINN_ABI {

/// The kinds of layers. One that is new to the library has a name here, a file of its own beside this one,
/// and an entry in layers.hpp: docs/extending.md.
enum class kind : unsigned char {
    conv,
    batch_norm,
    activate,
    max_pool,
    average_pool,
    dense,
    dropout,
    layer_norm,
    lstm,
    bidirectional_lstm,
    transpose,
    depthwise_conv,
    squeeze_excite,
    by_distance,
    remember,
    concat_remembered,
    add_remembered,
    strided_conv,
    symmetric_conv,
    larger_strand,
    mirror_sum,
    own
};

/// Which input of a network the units of a bank read.
enum class reads : unsigned char {
    dna,         ///< letters, which a layer sees as (4, L) one-hot
    signals,     ///< signals, of which every unit reads all channels
    own_signal,  ///< signals, of which unit u reads channel u alone, (1, L)
    pair_cells,  ///< the pooled cells of two units of a bank before, (2 C, L): pair_bank
    first_input, ///< in a type only: the first input of its network, which is one of the others
};

/// A list of types.
template <class... T>
struct pack {};

/// A whole percentage, as a template value: dropout<percent{30}>.
struct percent {
    int value{};
};

/// The numbers of one layer by name. A layer uses those that its own description names: conv width, filters
/// and padding, with stride and dilation where it has them; pools width, stride and padding; dense outputs;
/// an LSTM its hidden size as outputs; dropout percent. The others stay 0.
struct numbers {
    extent width{}, filters{}, stride{}, padding{}, outputs{}, percent{}, dilation{};
    /// Every one of them.
    constexpr std::array<extent, 7> all() const
    {
        return {width, filters, stride, padding, outputs, percent, dilation};
    }
    friend constexpr bool operator==(numbers const&, numbers const&) = default;
};
/// Whether every number is known, so that none is `dynamic`.
constexpr bool known(numbers const& n)
{
    for (extent const one : n.all())
        if (!known(one)) return false;
    return true;
}

/// A number of `sizes` that fills what a layer leaves open.
enum class given_size : unsigned char { width, pool, stride, hidden, dropout };
/// A number that a layer may leave `dynamic`, and which of the sizes that a model is made with fills it.
struct open_number {
    extent numbers::*number{};
    given_size from{};
};

/// One parameter of one unit, as its layer declares it; what is not trained is state (running statistics).
struct weight_row {
    char const* name{};
    extent sizes[3]{};
    int rank{};
    bool trained = true;
    extent fan_in{}; ///< initial values are uniform within 1 / sqrt(fan_in); if 0, all are `initial`
    double initial{};
};
/// The parameters of one unit in one layer, at most sixteen.
struct weight_rows {
    static constexpr int most = 16;
    weight_row rows[most]{};
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
/// A parameter whose elements all begin with the same number.
constexpr weight_row constant_weight(char const* name, double initial, extent a)
{
    return {name, {a, 0, 0}, 1, true, 0, initial};
}
/// The same row as state, which optimizers do not change.
constexpr weight_row state(weight_row r)
{
    r.trained = false;
    return r;
}

/// One array of the backend's numbers that is kept during a batch: so many for each unit, and for each
/// sequence of each unit.
struct kept_row {
    char const* name{};
    extent per_unit{}, per_sequence{};
    bool only_training = false; ///< there is none at inference
};
/// The arrays that a layer or a stage keeps, at most eight.
struct kept_rows {
    static constexpr int most = 8;
    kept_row rows[most]{};
    int size{};
    constexpr kept_rows() = default;
    template <std::same_as<kept_row>... R>
    constexpr kept_rows(R... r) : rows{r...}, size{static_cast<int>(sizeof...(R))}
    {
    }
};

/// One layer of a network whose shapes are known.
struct layer_row {
    kind what{kind::own};
    numbers given{};
    activation act{};
    double epsilon{}, momentum{};
    shape in{}, out{};
    weight_rows weights{};
    kept_rows keeps{};
    bool global = false;    ///< for a pool: it is as wide as its input
    int partner = -1;       ///< for a layer that joins what was remembered: the flat index of the `remember`
    shape remembered{};     ///< what that remembers
    std::string_view own{}; ///< the name of a user's own layer, which lives as long as the program

    extent features_in() const { return in.channels * in.positions; }
};

/// What a layer of the library says; `numbers` come resolved. Its forward and backward pass look as those of
/// a layer of a user's own (layer_pass.hpp). `word` is its name in files. Beside these, where they apply:
/// `open`, the numbers that may be `dynamic` (open_number); each_number(d, f), which calls f(key, number) for
/// every number that files hold of it; require(d, name), which throws error where such numbers make no layer;
/// joins(shape, remembered), the answer of a layer that joins what was remembered; runs_on<B>, whether a
/// backend has its ops, where a backend may lack them.
template <class L>
concept library_layer = requires(shape s, numbers n) {
    {
        L::what
    } -> std::convertible_to<kind>;
    {
        L::word
    } -> std::convertible_to<char const*>;
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
/// What a user's own layer declares: a name and a shape equation (docs/extending.md shows forward and
/// backward).
template <class L>
concept own_layer = requires(shape s) {
    {
        L::name()
    } -> std::same_as<phrase>;
    {
        L::after(s)
    } -> std::same_as<outcome>;
};
/// Any layer that a unit may contain.
template <class L>
concept layer = library_layer<L> || own_layer<L>;

/// Whether a layer may be the first of a unit that reads this input. On DNA these are the library's layers
/// with `reads_letters`; on signals that all units share, those with `reads_signals`; on a signal of its own,
/// every layer. A user's own layer may be first on any input. All other layers read an array of each unit.
template <layer L>
constexpr bool may_be_first(reads from)
{
    if constexpr (library_layer<L>) {
        if (from == reads::dna) return requires { L::reads_letters; };
        if (from == reads::signals) return requires { L::reads_signals; };
    }
    return true;
}

} // namespace explainn::EXPLAINN_ABI
