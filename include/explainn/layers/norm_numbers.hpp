// The numbers of a norm that come from a file.
#pragma once
#include <string>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// Throws error unless a described norm has an epsilon above 0 and a momentum that is a share.
template <class Layer>
void require_norm(Layer const& d)
{
    if (!(d.epsilon > 0 && d.epsilon < 1))
        throw error{"expected an epsilon above 0 and below 1, found " + std::to_string(d.epsilon)};
    if (!(d.momentum >= 0 && d.momentum <= 1))
        throw error{"expected a momentum from 0 to 1, found " + std::to_string(d.momentum)};
}

} // namespace explainn::EXPLAINN_ABI::detail
