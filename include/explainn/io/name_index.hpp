// Finds names that are stored elsewhere: 4 to 16 bytes a name, no copies.
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>
#include <vector>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI {

/// A hash table of the numbers 0, 1, 2, ... by names; `name_of(i)` returns the name of number i and must
/// always return the same one.
///
///     name_index index;
///     index.add("a", 0, name_of);                // none: new
///     index.add("a", 1, name_of);                // 0: the earlier one stays
///     index.find("a", name_of);                  // 0
class name_index {
public:
    /// What find() and add() return where there is no such name.
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    /// The number that has this name, or none.
    template <class NameOf>
    std::uint32_t find(std::string_view name, NameOf&& name_of) const
    {
        return slots_.empty() ? none : slots_[slot(name, name_of)];
    }
    /// Enters `number` under `name` and returns none; if the name is there already, changes nothing and
    /// returns its number.
    template <class NameOf>
    std::uint32_t add(std::string_view name, std::size_t number, NameOf&& name_of)
    {
        if (number >= none)
            throw error{"expected fewer than 4294967295 names, found " + std::to_string(number + 1)};
        if (2 * (count_ + 1) > slots_.size()) grow(name_of);
        std::uint32_t& there = slots_[slot(name, name_of)];
        if (there != none) return there;
        there = static_cast<std::uint32_t>(number);
        ++count_;
        return none;
    }
    /// How many names were entered.
    std::size_t size() const { return count_; }

private:
    template <class NameOf>
    std::size_t slot(std::string_view name, NameOf&& name_of) const
    {
        std::size_t const mask = slots_.size() - 1;
        std::size_t at = std::hash<std::string_view>{}(name)&mask;
        while (slots_[at] != none && name_of(slots_[at]) != name) at = (at + 1) & mask;
        return at;
    }
    template <class NameOf>
    void grow(NameOf&& name_of)
    {
        std::vector<std::uint32_t> old(slots_.empty() ? 16 : 2 * slots_.size(), none);
        old.swap(slots_);
        for (std::uint32_t const number : old)
            if (number != none) slots_[slot(name_of(number), name_of)] = number;
    }

    std::vector<std::uint32_t> slots_;
    std::size_t count_{};
};

} // namespace explainn::EXPLAINN_ABI
