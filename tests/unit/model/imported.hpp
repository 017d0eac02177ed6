// Helpers for tests of imported models: a model from a .pth file, and its logits.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include <explainn/io/npy.hpp>
#include <explainn/io/pytorch_file.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/state_dict.hpp>
#include <explainn/reference.hpp>

namespace imported {

namespace ex = explainn;
using device = ex::reference<float>;

inline std::filesystem::path const folder = EXPLAINN_TEST_DATA "/import";

inline ex::basic_model<device> open(std::filesystem::path const& path, ex::untold_numbers const& untold = {})
{
    auto const state = ex::read_pytorch(path, {.strip_module = true});
    auto m = ex::make_paper_model<device>(ex::paper_card_of(state, path, untold), ex::seed{0});
    ex::load_tensors(m, state, path);
    return m;
}
/// The numbers of make_models.py's networks that tensors do not show.
inline ex::untold_numbers const small{.pool = 4, .stride = 3, .dropout = 30, .length = 40};

inline std::vector<float> logits(ex::basic_model<device>& m, std::vector<ex::letter> const& letters)
{
    return m.predict({letters.data(), static_cast<ex::extent>(letters.size()) / m.length(), m.length()});
}
inline std::vector<ex::letter> letters() { return ex::read_npy(folder / "letters.npy").values<ex::letter>(); }
/// The largest difference, and the largest magnitude of the second.
struct distance {
    double apart{}, largest{};
};
inline distance between(std::vector<float> const& a, std::vector<float> const& b)
{
    distance d;
    if (a.size() != b.size()) d.apart = 1e300;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        auto const x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
        d.apart = std::max(d.apart, std::isnan(x) ? 1e300 : std::abs(x - y));
        d.largest = std::max(d.largest, std::abs(y));
    }
    return d;
}

} // namespace imported
