// Distinct sequences, and how often each was read in each class.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/io/name_index.hpp>
#include <explainn/io/name_list.hpp>

namespace explainn::EXPLAINN_ABI {

/// Sequences in the order in which they were first seen, each once, with a count for every class.
///
///     read_counts seen;
///     std::size_t const input = seen.add_class("input"), bound = seen.add_class("bound");
///     seen.add("ACGT", bound, 2);
///     seen.count(0, input);                            // 0
class read_counts {
public:
    /// A class of this name; the number of the one that is there already, else a new one.
    std::size_t add_class(std::string_view name)
    {
        for (std::size_t i = 0; i < classes_.size(); ++i)
            if (classes_[i] == name) return i;
        classes_.emplace_back(name);
        counts_.emplace_back();
        totals_.push_back(0);
        return classes_.size() - 1;
    }
    /// Adds to the count of a sequence in a class. Throws error where a count reaches 2^32.
    void add(std::string_view bases, std::size_t in_class, std::uint32_t times = 1)
    {
        if (times == 0) return;
        std::uint32_t at =
            index_.add(bases, sequences_.size(), [this](std::size_t i) { return sequences_[i]; });
        if (at == name_index::none) {
            at = static_cast<std::uint32_t>(sequences_.size());
            sequences_.append(bases);
        }
        auto& of_class = counts_[in_class];
        if (of_class.size() <= at) of_class.resize(sequences_.size());
        if (of_class[at] > std::numeric_limits<std::uint32_t>::max() - times)
            throw error{"expected a sequence to be read fewer than 4294967296 times, found more"};
        of_class[at] += times;
        totals_[in_class] += times;
    }

    std::vector<std::string> const& classes() const { return classes_; }
    /// How many distinct sequences there are.
    std::size_t size() const { return sequences_.size(); }
    /// Sequence i; valid until sequences are added.
    std::string_view operator[](std::size_t i) const { return sequences_[i]; }
    /// How often sequence i was read in a class.
    std::uint32_t count(std::size_t i, std::size_t in_class) const
    {
        auto const& of_class = counts_[in_class];
        return i < of_class.size() ? of_class[i] : 0;
    }
    /// All reads of a class.
    std::uint64_t total(std::size_t in_class) const { return totals_[in_class]; }
    /// Whether a sequence is there.
    bool has(std::string_view bases) const
    {
        return index_.find(bases, [this](std::size_t i) { return sequences_[i]; }) != name_index::none;
    }

private:
    std::vector<std::string> classes_;
    std::vector<std::vector<std::uint32_t>> counts_; // by class; a sequence beyond the end was not read there
    std::vector<std::uint64_t> totals_;
    name_list sequences_;
    name_index index_;
};

} // namespace explainn::EXPLAINN_ABI
