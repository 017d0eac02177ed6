// The events of a training run, and the listeners that receive them.
#pragma once
#include <concepts>
#include <cstddef>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

enum class go_on : bool { no, yes };

/// A training batch was finished.
struct batch_done {
    int epoch{};             ///< from 1
    int epochs{};            ///< at most
    std::size_t batch{};     ///< finished batches of this epoch
    std::size_t batches{};   ///< in this epoch
    std::size_t sequences{}; ///< in the batch
    double loss{};           ///< mean of this epoch, as of the last time it was read from the device
};
/// An epoch was finished.
struct epoch_done {
    int epoch{};
    int epochs{};
    double train_loss{}, valid_loss{}; ///< valid_loss: NaN where there is no validation part
    int best_epoch{};                  ///< so far; 0: none yet
};

/// A listener that ignores all events and never stops the run.
struct silent {};

/// An object that is called with batch_done or epoch_done, or with both, and returns go_on or nothing. Before
/// it is called with a batch_done, the trainer waits for the device, which holds the loss. A listener with
/// `static constexpr std::size_t loss_every` asks for a new loss only every so many batches; in between it
/// gets the last one that was read.
template <class L>
concept listener = std::same_as<L, silent> || requires(L& l, batch_done const& e) { l(e); } ||
                   requires(L& l, epoch_done const& e) { l(e); };

namespace detail {
/// After how many batches a listener asks for a new loss; 0 where it receives no batch events.
template <class Listener>
inline constexpr std::size_t loss_every = [] {
    if constexpr (requires { Listener::loss_every; }) return std::size_t{Listener::loss_every};
    else if constexpr (requires(Listener& l, batch_done const& e) { l(e); }) return std::size_t{1};
    else return std::size_t{0};
}();

template <class Listener, class Event>
go_on tell(Listener& l, Event const& e)
{
    if constexpr (requires { l(e); }) {
        using answer = decltype(l(e));
        static_assert(std::same_as<answer, go_on> || std::same_as<answer, void>,
                      "a listener returns go_on::yes, go_on::no or nothing");
    }
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

} // namespace explainn::EXPLAINN_ABI
