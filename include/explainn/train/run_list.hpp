// Which parameters an op steps, clamps or adds up: a list of ranges of parameters on the device.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include <explainn/model/stages/stage.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// Ranges of adjacent parameters on the device, each of at most 16,384.
template <backend B>
class run_list {
public:
    /// Adds a range; must be called before upload().
    void add(parameter_run r)
    {
        for (std::size_t at = 0; at < r.count; at += longest)
            host_.push_back({r.first + at, std::min(longest, r.count - at), r.rate, r.decays});
    }
    void upload(B& b)
    {
        there_ = b.template make<parameter_run>(host_.size());
        b.upload(there_.data(), host_.data(), host_.size());
    }
    std::size_t size() const { return host_.size(); }
    view<parameter_run const, 1> all()
    {
        return view<parameter_run, 1>{there_.data(), static_cast<extent>(size())};
    }

private:
    static constexpr std::size_t longest = 1u << 14;
    std::vector<parameter_run> host_;
    array_on<B, parameter_run> there_{};
};

} // namespace explainn::EXPLAINN_ABI::detail
