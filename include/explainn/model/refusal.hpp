// Makes the first error line of a compiler explain a wrong network: g++ prints the sentence that would be
// thrown, other compilers print its words as types.
#pragma once
#include <type_traits>

#include <explainn/model/walk.hpp>

namespace explainn::EXPLAINN_ABI {

#if defined(__clang__) || defined(__CUDACC__)
template <class... Words>
inline constexpr bool accepted = sizeof...(Words) == 0;
template <class... Words>
struct refused {
    static_assert(accepted<Words...>, "the shapes of this network do not fit");
};
#else
/// This type has no definition, so that g++ prints its name, which contains the sentence, in its first error
/// line.
template <text Sentence>
struct refused;
#endif

namespace detail {

template <int I, class P>
struct element;
template <int I, class T, class... R>
struct element<I, pack<T, R...>> : element<I - 1, pack<R...>> {};
template <class T, class... R>
struct element<0, pack<T, R...>> {
    using type = T;
};

template <class... A, class... B>
pack<A..., B...> operator+(pack<A...>, pack<B...>);
template <class... Parts>
using all_layers = decltype((pack<>{} + ... + typename Parts::layer_types{}));

template <std::size_t N>
constexpr text<N> cut(phrase const& p)
{
    text<N> t;
    for (std::size_t i = 0; i < N; ++i) t.chars[i] = p.chars[i];
    return t;
}

struct nothing_refused {};
// using a type without a definition is an error here, and the error names the type
template <class T>
constexpr bool is_defined(std::type_identity<T>)
{
    return sizeof(T) > 0;
}

#if defined(__clang__) || defined(__CUDACC__)
template <class Input, class... Parts>
constexpr auto culprit()
{
    constexpr auto l = walk<Input, Parts...>();
    if constexpr (l.says.place == where::unit_layer) {
        constexpr int first = l.says.bank > 1 ? l.banks[l.says.bank - 2].last : 0;
        return typename element<first + l.says.layer - 1, all_layers<Parts...>>::type{};
    } else if constexpr (l.says.place == where::head) {
        constexpr int terms = (0 + ... + int{pairs_of < Parts >> 0});
        return typename element<int{sizeof...(Parts)} - 1 - terms, pack<Parts...>>::type{};
    } else if constexpr (l.says.place == where::term) {
        return typename element<int{sizeof...(Parts)} - 1, pack<Parts...>>::type{};
    } else if constexpr (l.says.place == where::input) {
        return Input{};
    } else {
        return typename element<l.says.bank - 1, pack<Parts...>>::type{};
    }
}
#endif

template <class Input, class... Parts>
constexpr auto verdict_as_type()
{
    constexpr auto l = walk<Input, Parts...>();
    if constexpr (l.says.fits) {
        return std::type_identity<nothing_refused>{};
    } else {
#if defined(__clang__) || defined(__CUDACC__)
        constexpr auto v = l.says;
        using who = decltype(culprit<Input, Parts...>());
        using asks = needs<v.why.how, v.why.number, v.why.of>;
        using gets = but_gets<v.why.got>;
        if constexpr (v.place == where::unit_layer)
            return std::type_identity<refused<in_bank<v.bank>, at_layer<v.layer>, who, asks, gets>>{};
        else if constexpr (v.place == where::bank)
            return std::type_identity<refused<in_bank<v.bank>, who, asks, gets>>{};
        else return std::type_identity<refused<who, asks, gets>>{};
#else
        constexpr auto s = sentence(l.says, l.who);
        return std::type_identity<refused<cut<s.size>(s)>>{};
#endif
    }
}

} // namespace detail
} // namespace explainn::EXPLAINN_ABI
