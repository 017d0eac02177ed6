// Many names in one string.
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI {

/// A list of texts that costs 4 bytes a text beside its characters.
///
///     name_list names;
///     names.append("chr1:100-300");
///     names[0];                                  // "chr1:100-300"
class name_list {
public:
    /// How many texts.
    std::size_t size() const { return ends_.size(); }
    /// Text i; valid until the list changes.
    std::string_view operator[](std::size_t i) const
    {
        std::size_t const begin = i == 0 ? 0 : ends_[i - 1];
        return std::string_view{chars_}.substr(begin, ends_[i] - begin);
    }
    /// Adds a text at the end; throws error if all texts together would reach 4 GB.
    void append(std::string_view name)
    {
        if (chars_.size() + name.size() > std::numeric_limits<std::uint32_t>::max())
            throw error{"expected less than 4 GB of names, found more"};
        chars_ += name;
        ends_.push_back(static_cast<std::uint32_t>(chars_.size()));
    }
    /// Removes the last text.
    void drop_last()
    {
        ends_.pop_back();
        chars_.resize(ends_.empty() ? 0 : ends_.back());
    }

private:
    std::string chars_;
    std::vector<std::uint32_t> ends_;
};

} // namespace explainn::EXPLAINN_ABI
