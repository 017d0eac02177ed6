// What a thread made of a batch's letters serves all blocks of units it works on.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include <explainn/cpu/kernel_names.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// The letters that something was last made of, and how. To compare them costs less.
class last_letters {
public:
    /// Whether they are these; from now on they are.
    bool again(letter const* letters, std::size_t count, std::array<std::size_t, 2> const& how)
    {
        if (how == how_ && count == letters_.size() && std::equal(letters, letters + count, letters_.begin()))
            return true;
        letters_.assign(letters, letters + count);
        how_ = how;
        return false;
    }

private:
    std::vector<letter> letters_;
    std::array<std::size_t, 2> how_{};
};

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
