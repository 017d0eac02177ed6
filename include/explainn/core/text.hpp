// text<N>: characters as a value (of structural type, so also a template argument); phrase: a text that
// grows.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// Characters known to the compiler; they may be a template argument, which g++ prints word for word.
template <std::size_t N>
struct text {
    char chars[N + 1]{};
    constexpr text() = default;
    constexpr text(char const (&literal)[N + 1])
    {
        for (std::size_t i = 0; i <= N; ++i) chars[i] = literal[i];
    }
    constexpr std::string_view view() const { return {chars, N}; }
};
template <std::size_t M>
text(char const (&)[M]) -> text<M - 1>;

/// A short text that can be put together at compile time and at run time; characters that do not fit are cut
/// off.
struct phrase {
    static constexpr std::size_t capacity = 224;
    char chars[capacity]{};
    std::size_t size{};

    constexpr phrase() = default;
    constexpr phrase(char const* s) { *this += std::string_view{s}; }
    constexpr phrase& operator+=(std::string_view s)
    {
        for (char const c : s)
            if (size < capacity) chars[size++] = c;
        return *this;
    }
    constexpr phrase& operator+=(char const* s) { return *this += std::string_view{s}; }
    constexpr phrase& operator+=(phrase const& p) { return *this += p.view(); }
    /// -1 is `dynamic` in every extent of the library, and is written as that word.
    constexpr phrase& operator+=(long long n)
    {
        if (n == -1) return *this += "dynamic";
        if (n < 0) {
            *this += "-";
            n = -n;
        }
        char digits[20]{};
        int k = 0;
        do {
            digits[k++] = static_cast<char>('0' + n % 10);
            n /= 10;
        } while (n != 0);
        while (k != 0) *this += std::string_view{&digits[--k], 1};
        return *this;
    }
    constexpr phrase& operator+=(int n) { return *this += static_cast<long long>(n); }
    constexpr std::string_view view() const { return {chars, size}; }
    std::string str() const { return std::string{view()}; }
    friend constexpr bool operator==(phrase const& a, phrase const& b) { return a.view() == b.view(); }
};

/// spell("max_pool", 7, 7) is "max_pool<7, 7>".
template <class... Numbers>
constexpr phrase spell(char const* name, Numbers... numbers)
{
    phrase p{name};
    if constexpr (sizeof...(numbers) > 0) {
        char const* between = "<";
        ((p += between, p += numbers, between = ", "), ...);
        p += ">";
    }
    return p;
}

} // namespace explainn::EXPLAINN_ABI
