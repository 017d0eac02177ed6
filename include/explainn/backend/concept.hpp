// What a backend must have: memory with a queue, a way to spread units over its workers, and run(backend, op)
// for every op.
#pragma once
#include <atomic>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <explainn/backend/kept.hpp>

namespace explainn::EXPLAINN_ABI {

template <template <class> class... Op>
struct op_list {};

/// Every op of the vocabulary that a backend must have: all but prepare_letters, gather_letters and those of
/// ops_of_some_layers.
using all_ops =
    op_list<op::window_statistics, op::conv_statistics, op::fold_norm, op::motif_scan, op::scan_winners,
            op::motif_scan_gradient, op::scan_largest, op::scan_hits, op::dense_block,
            op::dense_block_gradient, op::dense_pair, op::dense_pair_gradient, op::linear,
            op::linear_gradient, op::pair_products, op::pair_products_gradient, op::one_hot,
            op::spread_signals, op::conv, op::conv_gradient, op::batch_norm, op::batch_norm_gradient,
            op::activate, op::activate_gradient, op::pool, op::pool_gradient, op::dense, op::dense_gradient,
            op::dropout, op::point_mutations, op::layer_norm, op::layer_norm_gradient, op::update_running,
            op::bce_with_logits, op::divide_by_count, op::add_totals, op::mean_of_strands, op::adam_step,
            op::sgd_step, op::rmsprop_step, op::moving_average, op::add_sign, op::scale_and_clamp,
            op::sum_of_squares, op::clip_norm>;

/// Ops of layers that a backend may lack. A network with such a layer is refused on a backend without them,
/// by the compiler where its type has the layer, and when the model is made where it is described by numbers.
using ops_of_some_layers =
    op_list<op::lstm, op::lstm_gradient, op::transpose, op::copy_channels, op::depthwise_conv,
            op::depthwise_conv_gradient, op::scale_channels, op::scale_channels_gradient,
            op::add_mean_gradient, op::pair_cells, op::pair_cells_gradient, op::by_distance,
            op::by_distance_gradient, op::mirror_sum, op::mirror_sum_gradient, op::symmetric_statistics,
            op::symmetric_scan, op::symmetric_scan_gradient, op::both_strands, op::both_strands_gradient>;

/// B runs Op: run(b, Op<scalar>{...}) exists.
template <class B, template <class> class Op>
concept runs = requires(B& b, Op<typename B::scalar> const& what) { run(b, what); };

namespace detail {
template <template <class> class A, template <class> class B>
inline constexpr bool same_op = false;
template <template <class> class A>
inline constexpr bool same_op<A, A> = true;
/// Whether an op is in a list.
template <template <class> class Op, template <class> class... Some>
constexpr bool lists(op_list<Some...>)
{
    return (same_op<Op, Some> || ...);
}
template <class A, class B>
struct joined;
template <template <class> class... A, template <class> class... B>
struct joined<op_list<A...>, op_list<B...>> {
    using type = op_list<A..., B...>;
};
template <class B, class List>
struct missing;
template <class B>
struct missing<B, op_list<>> {
    using type = op_list<>;
};
template <class B, template <class> class First, template <class> class... Rest>
struct missing<B, op_list<First, Rest...>> {
    using rest = typename missing<B, op_list<Rest...>>::type;
    template <bool Runs>
    static auto pick()
    {
        if constexpr (Runs) return rest{};
        else return typename joined<op_list<First>, rest>::type{};
    }
    using type = decltype(pick<runs<B, First>>());
};
} // namespace detail

/// The ops B lacks; an error prints them by name.
template <class B>
using missing_ops = typename detail::missing<B, all_ops>::type;

/// B owns memory: make<X>(n) is an owning array of n zeros on the device with data(). B has a queue: upload,
/// download and run(b, op) put work into it, in order, and may return before it is done; wait() returns when
/// all of it is. upload(device, host, n) has taken the host's elements when it returns; what download(host,
/// device, n) writes may be read after the next wait(). fetch() is both.
template <class B>
concept memory = requires(B& b, typename B::scalar* p, typename B::scalar const* c, std::size_t n) {
    {
        b.template make<typename B::scalar>(n).data()
    } -> std::same_as<typename B::scalar*>;
    b.upload(p, c, n);
    b.download(p, c, n);
    b.wait();
};

/// Copies n elements of the device to the host and waits for them.
///
///     std::vector<float> host(100);
///     fetch(m.device(), host.data(), m.data(), host.size());
template <class B, class X>
void fetch(B& b, X* host, X const* device, std::size_t n)
{
    b.download(host, device, n);
    b.wait();
}

/// What makes two recordings the same: who records, and every number by which its work differs.
struct record_key {
    std::uint64_t of{};     ///< a number that no other recorder of the process has (new_recorder())
    std::uint64_t memory{}; ///< counts the times that arrays which the work uses were made anew
    extent n{};             ///< sequences
    extent first{}, all{};  ///< where they lie in the batch of all ranks, and how many that has
    bool has_n{};
    friend auto operator<=>(record_key const&, record_key const&) = default;
};
/// A number for record_key::of that was never given before.
inline std::uint64_t new_recorder()
{
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

/// b.record(key, f) does the work that f() enqueues; f only enqueues: it reads nothing of the device on the
/// host. A backend of the host calls f. A device may call it plainly for a key that is new, capture it the
/// next time and replay that afterwards, as the work of one key is always the same: on the same memory, with
/// the same numbers, but for those that ops read on the device (step_values).
template <class B>
concept records_work = requires(B& b, record_key const& key, void (*f)()) { b.record(key, f); };

/// An array of X on backend B.
template <class B, class X>
using array_on = decltype(std::declval<B&>().template make<X>(std::size_t{}));

/// b.for_units(U, f) calls f(first, last) until [0, U) is covered once, at once from several threads if it
/// likes, b.for_units_backwards(U, f) as well, beginning with units that for_units did last; b.for_range(n,
/// f) the same over any n elements. What f does to a unit never depends on the others.
template <class B>
concept spreads_work = requires(B& b, void (*f)(extent, extent), void (*g)(std::size_t, std::size_t)) {
    b.for_units(extent{}, f);
    b.for_units_backwards(extent{}, f);
    b.for_range(std::size_t{}, g);
};

/// Whether B spreads the work of Op over its workers by itself where a bank has so many units, and is
/// therefore given all of them at once: what its member of this name says, where it has one. Else a stage is
/// run by blocks of units, as for_units gives them. A single layer is asked for as op::conv.
template <template <class> class Op, class B>
bool takes_whole_bank(B const& b, extent units)
{
    if constexpr (requires { b.template takes_whole_bank<Op>(units); })
        return b.template takes_whole_bank<Op>(units);
    else return false;
}

/// Whether training keeps the letters of its data on the device, two bits a base, and lets it gather those of
/// a batch: what its member of this name says, where it has one. A backend of the host reads them where they
/// are.
template <class B>
bool gathers_letters(B const& b)
{
    if constexpr (requires { b.gathers_letters(); }) return b.gathers_letters();
    else return false;
}

/// A type that models of this library run on.
template <class B>
concept backend = memory<B> && records_work<B> && spreads_work<B> && std::same_as<missing_ops<B>, op_list<>>;

/// Has no definition, so that a compiler names the missing ops in its first error line.
template <class Ops>
struct a_backend_runs_every_op_and_this_one_lacks;
template <>
struct a_backend_runs_every_op_and_this_one_lacks<op_list<>> {};

namespace detail {
// Holds a type to the concept `backend`, in sentences.
template <class B>
struct checked_backend {
    static constexpr bool scalar = requires { typename B::scalar; };
    static_assert(
        scalar, "a model runs on a backend, such as cpu<float> or reference<double>, and this type is none: "
                "it has no type `scalar`");
    static constexpr bool right()
    {
        if constexpr (scalar) {
            static_assert(memory<B>, "a backend owns memory: make<X>(n), upload(device, host, n), "
                                     "download(host, device, n) and wait()");
            static_assert(records_work<B>, "a backend records work: record(key, f), which calls f unless "
                                           "the backend replays what f enqueued before");
            static_assert(spreads_work<B>,
                          "a backend spreads work: for_units(units, f), for_units_backwards(units, f) "
                          "and for_range(n, f)");
            if constexpr (memory<B> && records_work<B> && spreads_work<B>)
                return sizeof(a_backend_runs_every_op_and_this_one_lacks<missing_ops<B>>) > 0;
        }
        return true;
    }
    static_assert(right());
    using type = B;
};
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
