// No program writes over what it reads, or two results into one file.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <explainn/core/error.hpp>

namespace shared {
namespace ex = explainn;
namespace fs = std::filesystem;

/// A path and the option that it was given by.
struct given_path {
    std::string option;
    fs::path path; ///< empty where the option was not given
};

/// Whether two names are of one file, which may not be there yet. Pipes and devices are shared without harm.
inline bool same_file(fs::path const& a, fs::path const& b)
{
    if (a.empty() || b.empty()) return false;
    std::error_code code;
    auto const of_a = fs::status(a, code), of_b = fs::status(b, code);
    if (fs::exists(of_a) && fs::exists(of_b)) return fs::is_regular_file(of_a) && fs::equivalent(a, b, code);
    if (fs::exists(of_a) || fs::exists(of_b)) return false;
    return fs::weakly_canonical(fs::absolute(a, code), code) ==
           fs::weakly_canonical(fs::absolute(b, code), code);
}

/// Whether a file that is there lies in a folder, not deeper.
inline bool lies_in(fs::path const& file, fs::path const& folder)
{
    std::error_code code;
    return fs::is_directory(folder, code) && fs::is_regular_file(file, code) &&
           fs::equivalent(fs::absolute(file, code).parent_path(), folder, code);
}

/// Throws error where an output is also an input, a file in a folder that is an input, or another output. To
/// be called before any work.
///
///     require_own_files({{"--out", o.out}}, {{"--model", o.model}, {"--sequences", o.sequences}});
inline void require_own_files(std::vector<given_path> const& outputs, std::vector<given_path> const& inputs)
{
    auto const refuse = [](given_path const& out, given_path const& other, char const* does) {
        throw ex::error{out.option + ": expected a file of its own, found " + out.path.string() + ", which " +
                        other.option + " " + does};
    };
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        for (auto const& in : inputs)
            if (outputs[i].path != "-" && in.path != "-" &&
                (same_file(outputs[i].path, in.path) || lies_in(outputs[i].path, in.path)))
                refuse(outputs[i], in, "reads");
        for (std::size_t k = 0; k < i; ++k)
            if (same_file(outputs[i].path, outputs[k].path)) refuse(outputs[i], outputs[k], "writes");
    }
}

/// The results of a run in its folder, as outputs of --out.
template <class Names>
std::vector<given_path> results_in(fs::path const& folder, Names const& names)
{
    std::vector<given_path> all;
    all.reserve(std::size(names));
    for (auto const* name : names) all.push_back({"--out", folder / name});
    return all;
}

} // namespace shared
