// Which strands a model reads.
#pragma once
#include <concepts>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// Which strands to read. The default is as the model was trained; `true` reads both strands and takes the
/// mean of their logits; `false` reads the strand as given. It is not a bool itself, so that the default is
/// never mistaken for one.
///
///     auto const table = measure(m, valid, tasks);                           // as the model was trained
///     auto const given = measure(m, valid, tasks, {.both_strands = false});  // the strand that is given
class strands_read {
public:
    /// As the model was trained.
    constexpr strands_read() = default;
    /// Both strands (true), or the strand as given (false).
    constexpr strands_read(std::same_as<bool> auto both) : told_{true}, both_{both} {}

    /// Whether both strands are read of this model (or of any object with both_strands()).
    template <class Model>
    constexpr bool both(Model const& m) const
    {
        return told_ ? both_ : m.both_strands();
    }

private:
    bool told_ = false, both_ = false;
};

} // namespace explainn::EXPLAINN_ABI
