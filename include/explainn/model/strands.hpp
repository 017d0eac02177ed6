// Which strands a model reads.
#pragma once
#include <concepts>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// As the model was trained, unless told: `true` reads both strands and takes the mean of their logits,
/// `false` reads the strand that is given. No bool itself, so that "as the model" is never taken for one.
///
///     auto const table = measure(m, valid, tasks);                           // as the model was trained
///     auto const given = measure(m, valid, tasks, {.both_strands = false});  // the strand that is given
class strands_read {
public:
    /// As the model was trained.
    constexpr strands_read() = default;
    /// Both, or the one that is given.
    constexpr strands_read(std::same_as<bool> auto both) : told_{true}, both_{both} {}

    /// Whether both are read of a model (or of anything else that says both_strands()).
    template <class Model>
    constexpr bool both(Model const& m) const
    {
        return told_ ? both_ : m.both_strands();
    }

private:
    bool told_ = false, both_ = false;
};

} // namespace explainn::EXPLAINN_ABI
