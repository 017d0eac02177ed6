// A training run's folder: what it holds, when it may be written, what a run may go on from.
#pragma once
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <explainn/core/error.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/train/checkpoint_file.hpp>

namespace shared {
namespace ex = explainn;
namespace fs = std::filesystem;

inline constexpr char const* checkpoint_name = "checkpoint.safetensors";
/// The checkpoint of a second training of the same run, which follows the first.
inline constexpr char const* second_checkpoint_name = "checkpoint_2.safetensors";

/// The checkpoint of a model that teaches that of the run; they count from 1.
inline std::string teacher_checkpoint_name(int teacher)
{
    return "checkpoint_teacher_" + std::to_string(teacher) + ".safetensors";
}

/// Whether a path is there; throws error where that cannot be told.
inline bool is_there(fs::path const& path)
{
    std::error_code code;
    bool const there = fs::exists(path, code);
    if (code && code != std::errc::not_a_directory)
        throw ex::error{path.string() + ": cannot be looked at: " + code.message()};
    return there;
}

/// Throws error where `dir` holds one of `names`.
template <class Names>
void refuse_results(fs::path const& dir, Names const& names, char const* advice)
{
    for (auto const* name : names)
        if (is_there(dir / name))
            throw ex::error{dir.string() + ": expected a folder without results, found " + name + "; use " +
                            advice};
}

/// Makes the folder and sees that it can be written, before hours of work.
inline void make_folder(fs::path const& dir)
{
    std::error_code code;
    fs::create_directories(dir, code);
    if (code || !fs::is_directory(dir, code))
        throw ex::error{dir.string() + ": cannot be made a folder: " +
                        (code ? code.message() : std::string{"a file of this name is there"})};
    ex::output_file probe{dir / checkpoint_name}; // not committed: nothing stays
}

/// The folder of a program's demonstration, PROGRAM_demo in the folder that it is started in. Throws error
/// where a folder of this name is there that no demonstration made.
inline fs::path demo_folder(std::string const& program)
{
    fs::path dir{program + "_demo"};
    fs::path const mark = dir / (".made_by_" + program);
    if (is_there(dir) && !is_there(mark) && !(fs::is_directory(dir) && fs::is_empty(dir)))
        throw ex::error{dir.string() +
                        ": expected no folder of this name, or one an earlier demo made, found another"};
    make_folder(dir);
    ex::output_file{mark}.commit();
    return dir;
}

/// The losses by epoch as losses.tsv holds them.
inline std::string losses_text(std::vector<ex::epoch_losses> const& history)
{
    std::string out = "epoch\ttrain_loss\tvalid_loss\n";
    for (std::size_t i = 0; i < history.size(); ++i)
        out += std::to_string(i + 1) + '\t' + ex::number_text(history[i].train) + '\t' +
               ex::number_text(history[i].valid) + '\n';
    return out;
}

/// Whether a folder's results, all of `names`, are those of this history: losses.tsv is written last.
template <class Names>
bool results_are_of(fs::path const& dir, Names const& names, std::vector<ex::epoch_losses> const& history)
{
    for (auto const* name : names)
        if (!is_there(dir / name)) return false;
    std::ifstream file{dir / "losses.tsv", std::ios::binary};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    return text == losses_text(history);
}

/// Throws input_error unless a run with facts `now` may go on from one with facts `before`: only --epochs may
/// have grown, and not where the learning rate of every step depends on how many there are.
inline void require_continuation(fs::path const& file, ex::run_facts before, ex::run_facts now)
{
    std::string const key = "--epochs";
    if (now["--recipe"] == "reference" && std::stol("0" + before[key]) < std::stol(now[key]))
        before[key] = now[key];
    ex::require_same_run(file, before, now);
}

} // namespace shared
