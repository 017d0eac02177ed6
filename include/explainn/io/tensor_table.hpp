// Named tensors in host memory, as files hold them.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/io/dtype.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// The product of the extents times `size`, or nothing where one is negative or the product needs more than
/// 63 bits.
inline std::optional<std::size_t> bytes_of_shape(std::span<std::int64_t const> shape, std::size_t size)
{
    bool zero = false, too_large = false;
    auto total = static_cast<std::int64_t>(size);
    for (std::int64_t const n : shape) {
        if (n < 0) return std::nullopt;
        zero = zero || n == 0;
        too_large = too_large || __builtin_mul_overflow(total, n == 0 ? 1 : n, &total);
    }
    if (too_large) return std::nullopt;
    return zero ? 0 : static_cast<std::size_t>(total);
}
inline std::string shape_text(std::span<std::int64_t const> shape)
{
    std::string all = "(";
    for (std::size_t i = 0; i < shape.size(); ++i) all += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return all + ")";
}
} // namespace detail

/// A tensor of a file: its elements little-endian, row after row (the last extent varies fastest).
///
///     auto const t = tensor_entry::of<float>("final.weight", {3, 100}, weights);
struct tensor_entry {
    std::string name{};
    dtype type = dtype::f32;
    std::vector<std::int64_t> shape{};
    std::vector<std::byte> bytes{};

    /// Makes a tensor from numbers of a type that files hold; throws shape_error where their count is not
    /// that of the shape.
    template <class T>
    static tensor_entry of(std::string name, std::vector<std::int64_t> shape,
                           std::span<std::type_identity_t<T> const> values)
    {
        tensor_entry out{std::move(name), dtype_for<T>, std::move(shape), {}};
        auto const* from = reinterpret_cast<std::byte const*>(values.data());
        out.bytes.assign(from, from + values.size_bytes());
        out.check();
        return out;
    }
    /// How many elements.
    std::size_t count() const { return bytes.size() / size_of(type); }
    /// All elements as T. Throws error where T is an integer and an element is not whole or out of its range.
    template <class T>
    std::vector<T> values() const
    {
        std::vector<T> out(count());
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = value<T>(i);
        return out;
    }
    /// Throws shape_error unless bytes and shape agree.
    void check() const
    {
        auto const want = detail::bytes_of_shape(shape, size_of(type));
        if (!want || *want != bytes.size())
            throw shape_error{"expected tensor " + in_quotes(name) + " of shape " +
                              detail::shape_text(shape) + " to hold " +
                              (want ? std::to_string(*want) : "a possible number of") + " bytes, found " +
                              std::to_string(bytes.size())};
    }

private:
    template <class T>
    T value(std::size_t i) const
    {
        std::byte const* const from = bytes.data() + i * size_of(type);
        switch (type) {
        case dtype::f64:
            return as<T>(detail::unaligned<double>(from));
        case dtype::f32:
            return as<T>(detail::unaligned<float>(from));
        case dtype::f16:
            return as<T>(float_of_half(detail::unaligned<std::uint16_t>(from)));
        case dtype::bf16:
            return as<T>(float_of_bfloat16(detail::unaligned<std::uint16_t>(from)));
        case dtype::i64:
            return as<T>(detail::unaligned<std::int64_t>(from));
        case dtype::i32:
            return as<T>(detail::unaligned<std::int32_t>(from));
        case dtype::i16:
            return as<T>(detail::unaligned<std::int16_t>(from));
        case dtype::i8:
            return as<T>(detail::unaligned<std::int8_t>(from));
        case dtype::u8:
            return as<T>(detail::unaligned<std::uint8_t>(from));
        case dtype::boolean:
            return as<T>(static_cast<std::uint8_t>(*from != std::byte{0}));
        }
        return T{};
    }
    template <class T, class From>
    T as(From x) const
    {
        if constexpr (std::is_integral_v<T>) {
            bool good = true;
            if constexpr (std::is_floating_point_v<From>)
                good =
                    x >= static_cast<From>(-0x1p62) && x <= static_cast<From>(0x1p62) && x == std::trunc(x);
            auto const whole = good ? static_cast<std::int64_t>(x) : 0;
            if (!good || static_cast<std::int64_t>(static_cast<T>(whole)) != whole)
                throw error{"expected whole numbers of " + std::to_string(8 * sizeof(T)) +
                            " bits in tensor " + in_quotes(name) + ", found others"};
            return static_cast<T>(whole);
        } else {
            return static_cast<T>(x);
        }
    }
};

/// Throws error, naming the file that was to be written and the tensor, where a number is not finite, because
/// no reader would accept it. Tensors of whole numbers are not checked.
///
///     require_finite("model.safetensors", table.at("final.weight"));
inline void require_finite(std::filesystem::path const& path, tensor_entry const& t)
{
    if (t.type != dtype::f64 && t.type != dtype::f32 && t.type != dtype::f16 && t.type != dtype::bf16) return;
    for (double const x : t.values<double>())
        if (!std::isfinite(x))
            throw error{path.string() + ": not written: expected finite numbers in tensor " +
                        in_quotes(t.name) + ", found " + number_text(x)};
}

/// Tensors in the order they were added, found by name, with texts beside them.
///
///     tensor_table table;
///     table.add(tensor_entry::of<float>("final.bias", {2}, bias));
///     table.metadata["tasks"] = "MAX,JUND";
///     std::vector<double> const b = table.values<double>("final.bias");
class tensor_table {
public:
    /// Texts by name; written in the order of names.
    std::map<std::string, std::string> metadata{};

    /// Throws shape_error where bytes and shape disagree, and error where the name exists already.
    void add(tensor_entry entry)
    {
        entry.check();
        if (!index_.emplace(entry.name, entries_.size()).second)
            throw error{"expected every tensor once, found " + in_quotes(entry.name) + " twice"};
        entries_.push_back(std::move(entry));
    }
    /// How many tensors.
    std::size_t size() const { return entries_.size(); }
    /// The tensors, in the order they were added.
    auto begin() const { return entries_.begin(); }
    /// Their end.
    auto end() const { return entries_.end(); }
    /// Tensor i in the order they were added.
    tensor_entry const& operator[](std::size_t i) const { return entries_[i]; }
    /// Whether there is a tensor of that name.
    bool contains(std::string_view name) const { return index_.find(name) != index_.end(); }
    /// The tensor of that name; throws error where there is none.
    tensor_entry const& at(std::string_view name) const
    {
        auto const found = index_.find(name);
        if (found == index_.end())
            throw error{"expected a tensor named " + in_quotes(name) + ", found none among " +
                        std::to_string(size()) + " tensors"};
        return entries_[found->second];
    }
    /// The elements of the tensor of that name as T.
    template <class T>
    std::vector<T> values(std::string_view name) const
    {
        return at(name).template values<T>();
    }

private:
    std::vector<tensor_entry> entries_{};
    std::map<std::string, std::size_t, std::less<>> index_{};
};

} // namespace explainn::EXPLAINN_ABI
