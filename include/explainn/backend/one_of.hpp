// One backend of several that a program was built with, chosen when it runs: the program is compiled once for
// all of them.
#pragma once
#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>
#include <variant>

#include <explainn/backend/concept.hpp>

namespace explainn::EXPLAINN_ABI {

/// An array of whichever backend made it, as one_of::make gives it. It may be moved and not copied.
template <class X>
class chosen_array {
public:
    chosen_array() = default;
    /// Takes the array of a backend.
    template <class Array>
        requires(!std::same_as<Array, chosen_array>)
    explicit chosen_array(Array made)
    {
        auto owner = std::make_shared<Array>(std::move(made));
        data_ = owner->data();
        size_ = owner->size();
        owner_ = std::move(owner);
    }
    chosen_array(chosen_array&& other) noexcept { *this = std::move(other); }
    chosen_array& operator=(chosen_array&& other) noexcept
    {
        owner_ = std::move(other.owner_);
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }
    chosen_array(chosen_array const&) = delete;
    chosen_array& operator=(chosen_array const&) = delete;
    ~chosen_array() = default;
    X* data() { return data_; }
    X const* data() const { return data_; }
    std::size_t size() const { return size_; }

private:
    std::shared_ptr<void> owner_;
    X* data_{};
    std::size_t size_{};
};

/// A backend that is one of `First` and `Others`, which have the same scalar. It hands on every call, so that
/// results have the bits of the backend that was chosen.
///
///     one_of<cpu<float>, reference<float>> b{reference<float>{}};
///     model<net, one_of<cpu<float>, reference<float>>> m{seed{1}, b};
template <class First, class... Others>
struct one_of {
    using scalar = typename First::scalar;
    static_assert((std::same_as<scalar, typename Others::scalar> && ...), "backends of one scalar");

    /// The first backend, as it is made without arguments.
    one_of() : which_{First{}} {}
    template <class B>
        requires(std::same_as<B, First> || (std::same_as<B, Others> || ...))
    one_of(B b) : which_{std::move(b)}
    {
    }
    /// f(backend) for the one that was chosen; what f gives.
    template <class F>
    decltype(auto) visit(F&& f)
    {
        return std::visit(std::forward<F>(f), which_);
    }
    template <class F>
    decltype(auto) visit(F&& f) const
    {
        return std::visit(std::forward<F>(f), which_);
    }

    /// n zeros.
    template <class X>
    chosen_array<X> make(std::size_t n)
    {
        return visit([n](auto& b) { return chosen_array<X>{b.template make<X>(n)}; });
    }
    /// Copies n elements of the host to the device; they are taken when it returns.
    template <class X>
    void upload(X* device, X const* host, std::size_t n)
    {
        visit([=](auto& b) { b.upload(device, host, n); });
    }
    /// Copies n elements of the device to the host, where they are after wait().
    template <class X>
    void download(X* host, X const* device, std::size_t n)
    {
        visit([=](auto& b) { b.download(host, device, n); });
    }
    /// Waits until all work is done.
    void wait()
    {
        visit([](auto& b) { b.wait(); });
    }
    /// The work that f enqueues, as the chosen backend records it.
    template <class F>
    void record(record_key const& key, F&& f)
    {
        visit([&](auto& b) { b.record(key, f); });
    }
    /// f(first, last) for units, as the chosen backend spreads them.
    template <class F>
    void for_units(extent units, F&& f)
    {
        visit([&](auto& b) { b.for_units(units, f); });
    }
    /// The same, from the last units on.
    template <class F>
    void for_units_backwards(extent units, F&& f)
    {
        visit([&](auto& b) { b.for_units_backwards(units, f); });
    }
    /// f(first, last) for elements.
    template <class F>
    void for_range(std::size_t n, F&& f)
    {
        visit([&](auto& b) { b.for_range(n, f); });
    }
    /// What the chosen backend says of an op.
    template <template <class> class Op>
    bool takes_whole_bank(extent units) const
    {
        return visit([units](auto const& b) { return explainn::takes_whole_bank<Op>(b, units); });
    }
    /// What the chosen backend says.
    bool gathers_letters() const
    {
        return visit([](auto const& b) { return explainn::gathers_letters(b); });
    }
    /// Bytes that the chosen backend keeps.
    template <class Op>
    std::size_t kept_bytes(Op const& o) const
    {
        return visit([&o](auto const& b) { return explainn::kept_bytes(b, o); });
    }
    /// Bytes that the chosen backend makes of letters.
    std::size_t prepared_bytes(op::prepare_letters<scalar> const& o) const
    {
        return visit([&o](auto const& b) { return explainn::prepared_bytes(b, o); });
    }

private:
    std::variant<First, Others...> which_;
};

/// Any op, by the backend that was chosen; those of ops_of_some_layers where all of them have it.
template <template <class> class Op, class T, class... B>
    requires(std::same_as<T, typename one_of<B...>::scalar> &&
             (detail::lists<Op>(all_ops{}) || detail::same_op<Op, op::prepare_letters> ||
              detail::same_op<Op, op::gather_letters> ||
              (detail::lists<Op>(ops_of_some_layers{}) && (runs<B, Op> && ...))))
void run(one_of<B...>& all, Op<T> const& what)
{
    all.visit([&what](auto& b) {
        // a backend without prepare_letters has 0 prepared_bytes, one without gather_letters does not say
        // that it gathers, and neither is asked
        if constexpr (runs<std::remove_reference_t<decltype(b)>, Op>) run(b, what);
    });
}

} // namespace explainn::EXPLAINN_ABI
