// Several ranks that train one model, each on its share of every batch: what they exchange, and how.
#pragma once
#include <concepts>

#include <explainn/backend/concept.hpp>

namespace explainn::EXPLAINN_ABI {

/// The connection between the ranks of one training run, which are processes or threads with a model each. It
/// has the number of this rank (from 0), the number of ranks, and add(b, x), after which x holds the sum over
/// all ranks, with the same bits in each. All ranks call it for the same arrays in the same order. It may
/// enqueue its work; work that is enqueued on `b` afterwards must see the sums. An exchange that works beside
/// the queue also has a member `finish(b)`, which the trainer calls before anything reads the sums.
///
/// In each step, the trainer adds: the totals of the loss; the gradients of the head and then of each bank,
/// as soon as the executor says that they are final; the running statistics of batch norms. At the end of an
/// epoch it adds the totals of the validation part.
template <class E, class B>
concept exchange =
    requires(E& e, E const& same, B& b, view<typename B::scalar, 1> some, view<double, 1> totals) {
        {
            same.rank()
        } -> std::convertible_to<int>;
        {
            same.ranks()
        } -> std::convertible_to<int>;
        e.add(b, some);
        e.add(b, totals);
    };

/// A single rank, which exchanges nothing: the default of a trainer. It costs nothing.
struct alone {
    static constexpr int rank() { return 0; }
    static constexpr int ranks() { return 1; }
    template <class B, class X>
    static void add(B&, view<X, 1>)
    {
    }
};

} // namespace explainn::EXPLAINN_ABI
