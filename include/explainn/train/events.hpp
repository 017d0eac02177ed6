// What a training run tells while it goes on, and who listens.
#pragma once
#include <concepts>
#include <cstddef>

#include <explainn/core/cpp20.hpp>

namespace explainn {

enum class go_on : bool { no, yes };

/// A training batch is done.
struct batch_done {
    int epoch{};             ///< from 1
    int epochs{};            ///< at most
    std::size_t batch{};     ///< batches of this epoch done
    std::size_t batches{};   ///< in this epoch
    std::size_t sequences{}; ///< in the batch
    double loss{};           ///< mean of this epoch so far
};
/// An epoch is done.
struct epoch_done {
    int epoch{};
    int epochs{};
    double train_loss{}, valid_loss{};
    int best_epoch{}; ///< so far
};

/// Hears nothing, stops nothing.
struct silent {};

namespace detail {
template <class Listener, class Event>
go_on tell(Listener& l, Event const& e)
{
    if constexpr (requires {
                      {
                          l(e)
                          } -> std::same_as<go_on>;
                  })
        return l(e);
    else if constexpr (requires { l(e); }) l(e);
    return go_on::yes;
}
} // namespace detail

} // namespace explainn
