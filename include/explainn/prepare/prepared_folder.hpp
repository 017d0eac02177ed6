// A folder of prepared data: sequences, labels and how they were made, which appear together or not at all.
#pragma once
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/core/version.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/io/json_text.hpp>
#include <explainn/io/npy_rows.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// Every file that a folder of prepared data may hold. prepared.json is the last to appear.
inline constexpr std::array<char const*, 10> prepared_names{
    "sequences.fa.gz", "labels.tsv.gz",   "labels.npy",     "table.tsv.gz", "split.tsv",
    "clusters.tsv.gz", "left_out.tsv.gz", "weights.tsv.gz", "data.h5",      "prepared.json"};

/// An option of a preparation, with the values that were given or are its default.
struct prepared_option {
    std::string name{};
    std::vector<std::string> values{};
    bool is_list = false; ///< whether it takes several values: prepared.json has a list then
};

/// How prepared data were made, for prepared.json. It holds nothing that differs between two runs of one
/// command: no time, no number of threads.
struct preparation {
    std::string command{}; ///< such as "prepare regions"
    std::uint64_t seed{};
    /// Every option that has a say in the results.
    std::vector<prepared_option> options{};
    /// Every file that was read, by the option that named it.
    std::vector<std::pair<std::string, std::filesystem::path>> inputs{};
    /// What was counted, in groups: {"regions", {{"read", 1000}, {"left out: duplicate", 3}}}.
    std::vector<std::pair<std::string, std::vector<std::pair<std::string, double>>>> counts{};
};

/// How a folder of prepared data is written.
struct prepared_options {
    bool overwrite = false; ///< whether results that are there are replaced
    bool npy = false;       ///< also labels.npy: float32, sequences by tasks, nan where a label is missing
    bool table = false; ///< also table.tsv.gz: name, sequence, labels, without header, as the reference reads
};

namespace detail {
/// A folder that files are written into before they take their places; nobody else writes into it at the
/// same time. Without remove() or rename it is emptied and taken away at the end.
class staging_folder {
public:
    explicit staging_folder(std::filesystem::path path) : path_{std::move(path)}
    {
        make_parents();
        std::error_code code;
        std::filesystem::create_directory(path_, code);
        if (code) {
            remove_parents();
            throw error{path_.string() + ": cannot be made a folder: " + code.message()};
        }
        lock_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
            int const why = errno;
            if (lock_ >= 0) ::close(lock_);
            throw error{path_.string() + ": " +
                        (why == EWOULDBLOCK ? "another run writes into it"
                                            : std::string{"cannot be used: "} + std::strerror(why))};
        }
        empty(); // what a run that was killed left
        if (!std::filesystem::is_empty(path_, code)) {
            ::close(lock_);
            throw error{path_.string() + ": expected a folder of unfinished results, found files of others"};
        }
    }
    staging_folder(staging_folder const&) = delete;
    staging_folder& operator=(staging_folder const&) = delete;
    ~staging_folder()
    {
        if (!renamed_) {
            empty();
            std::error_code code;
            std::filesystem::remove(path_, code); // only an empty one can be
            remove_parents();
        }
        ::close(lock_);
    }

    std::filesystem::path const& path() const { return path_; }
    /// The folder becomes `to`, where there is nothing or an empty folder.
    void take_name(std::filesystem::path const& to)
    {
        std::error_code code;
        std::filesystem::rename(path_, to, code);
        if (code) throw error{to.string() + ": cannot be written: " + code.message()};
        renamed_ = true;
    }

private:
    void make_parents()
    {
        std::filesystem::path up = path_.parent_path();
        std::error_code code;
        for (; !up.empty() && !std::filesystem::exists(up, code); up = up.parent_path()) made_.push_back(up);
        for (std::size_t i = made_.size(); i-- > 0;)
            if (std::filesystem::create_directory(made_[i], code); code) {
                std::string const name = made_[i].string();
                remove_parents();
                throw error{name + ": cannot be made a folder: " + code.message()};
            }
    }
    void remove_parents()
    {
        std::error_code code;
        for (auto const& each : made_) std::filesystem::remove(each, code);
    }
    void empty() const
    {
        std::error_code code;
        for (std::string const name : prepared_names) {
            std::filesystem::remove(path_ / name, code);
            std::filesystem::remove(path_ / (name + ".partial"), code);
        }
    }

    std::filesystem::path path_;
    std::vector<std::filesystem::path> made_; // those nearest first
    int lock_ = -1;
    bool renamed_ = false;
};

inline void sync_folder(std::filesystem::path const& path)
{
    int const opened = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) return; // not every file system can be asked
    ::fsync(opened);
    ::close(opened);
}
} // namespace detail

/// Writes a folder of prepared data, sequence by sequence: DIR/sequences.fa.gz, DIR/labels.tsv.gz (a header,
/// then a row a sequence; nothing where a label is missing), DIR/prepared.json, and what prepared_options
/// names. The same data give the same bytes. Until close() all stands in a folder of its own, DIR.partial
/// (or DIR/prepared.partial where DIR is there already), of which nothing stays when the program ends before;
/// what a killed run left there is used again. Where DIR is new, everything appears at once; else the files
/// are moved one by one and prepared.json last, so that a folder that holds it is whole.
///
/// Throws error where DIR holds results and they are not to be replaced, where it cannot be written, and
/// where another run writes it.
///
///     prepared_folder out{"max", {"MAX"}};
///     out.add("chr1:100-104", "ACGT", std::vector{1.f});
///     out.close({.command = "my program", .seed = 1});
class prepared_folder {
public:
    prepared_folder(std::filesystem::path dir, std::vector<std::string> tasks, prepared_options o = {})
        : dir_{named(std::move(dir))}, tasks_{std::move(tasks)}, o_{o}, new_{look_at_folder()},
          staging_{new_ ? std::filesystem::path{dir_.string() + ".partial"} : dir_ / "prepared.partial"}
    {
        std::vector<std::string> sorted = tasks_;
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t i = 0; i < sorted.size(); ++i)
            if (sorted[i].empty() || (i > 0 && sorted[i] == sorted[i - 1]))
                throw error{sorted[i].empty()
                                ? "expected a name for every task, found an empty one"
                                : "expected every task once, found " + in_quotes(sorted[i]) + " twice"};
        sequences_ = &file("sequences.fa.gz");
        if (!tasks_.empty()) {
            labels_ = &file("labels.tsv.gz");
            *labels_ << "sequence";
            for (auto const& task : tasks_) *labels_ << '\t' << table_field(task);
            *labels_ << '\n';
        }
        if (o_.table) table_ = &file("table.tsv.gz");
        if (o_.npy && !tasks_.empty()) npy_.emplace(staging_.path() / "labels.npy", tasks_.size());
    }

    std::filesystem::path const& path() const { return dir_; }
    /// How many sequences were added.
    std::size_t size() const { return size_; }

    /// Adds a sequence of characters, which are written as they are, and its labels, NaN where one is
    /// missing. Names must differ, which the caller sees to. Throws error for other than a label a task, and
    /// for a name that is empty or holds a blank.
    void add(std::string_view name, std::string_view bases, std::span<float const> labels)
    {
        if (labels.size() != tasks_.size())
            throw error{"expected " + std::to_string(tasks_.size()) + " labels of " + in_quotes(name) +
                        ", found " + std::to_string(labels.size())};
        if (name.empty() || name.find_first_of(" \t\r\n") != name.npos)
            throw error{"expected the name of a sequence without blanks, found " + in_quotes(name)};
        if (bases.empty()) throw error{"expected bases of " + in_quotes(name) + ", found none"};
        *sequences_ << '>' << name << '\n' << bases << '\n';
        row_.clear();
        for (float const x : labels) {
            row_ += '\t';
            if (!std::isnan(x)) row_ += float_text(x);
        }
        row_ += '\n';
        if (labels_ != nullptr) *labels_ << name << row_;
        if (table_ != nullptr) *table_ << name << '\t' << bases << row_;
        if (npy_) npy_->add(labels);
        shortest_ = size_ == 0 ? bases.size() : std::min(shortest_, bases.size());
        longest_ = std::max(longest_, bases.size());
        ++size_;
    }
    /// The same of letters, which are written in upper case.
    void add(std::string_view name, std::span<letter const> codes, std::span<float const> labels)
    {
        bases_.clear();
        for (letter const code : codes) bases_ += char_of(code);
        add(name, std::string_view{bases_}, labels);
    }
    /// One more file of the folder, of prepared_names, for the caller to write; close() commits it.
    output_file& file(std::string const& name)
    {
        auto const path = place(name);
        auto& out = files_[name];
        if (!out) out = std::make_unique<output_file>(path);
        return *out;
    }
    /// Where to write one more file of the folder, of prepared_names, that a library writes by itself; it
    /// must be whole before close().
    std::filesystem::path place(std::string const& name) const
    {
        if (std::find(prepared_names.begin(), prepared_names.end(), name) == prepared_names.end())
            throw error{"expected the name of a file of prepared data, found " + in_quotes(name)};
        return staging_.path() / name;
    }
    /// Writes prepared.json, and everything takes its place. Throws error where no sequence was added.
    void close(preparation const& how)
    {
        if (size_ == 0) throw error{dir_.string() + ": expected sequences to write, found none"};
        for (auto& each : files_) each.second->commit();
        if (npy_) npy_->commit();
        std::vector<std::string> names;
        for (std::string const name : prepared_names)
            if (name != "prepared.json" && std::filesystem::exists(staging_.path() / name))
                names.push_back(name);
        output_file json{staging_.path() / "prepared.json"};
        json << text_of(how, names);
        json.commit();
        names.emplace_back("prepared.json");
        if (new_) {
            staging_.take_name(dir_);
            detail::sync_folder(dir_.has_parent_path() ? dir_.parent_path() : std::filesystem::path{"."});
        } else {
            move_in(names);
        }
    }

private:
    static std::filesystem::path named(std::filesystem::path dir)
    {
        if (dir.empty() || dir == "-")
            throw error{"expected a folder for prepared data, found " +
                        (dir.empty() ? std::string{"an empty name"} : std::string{"standard output"})};
        dir = dir.lexically_normal();
        if (!dir.has_filename() && dir.has_relative_path()) dir = dir.parent_path();
        return dir;
    }
    // whether there is no folder yet; throws error where it may not be written
    bool look_at_folder() const
    {
        std::error_code code;
        auto const found = std::filesystem::status(dir_, code);
        if (!std::filesystem::exists(found)) return true;
        if (!std::filesystem::is_directory(found))
            throw error{dir_.string() + ": expected a folder, found a file of this name"};
        for (auto const* const name : prepared_names)
            if (!o_.overwrite && std::filesystem::exists(dir_ / name, code))
                throw error{dir_.string() + ": expected a folder without results, found " + name +
                            "; --overwrite replaces them"};
        return false;
    }
    // into a folder that is there: earlier results go, prepared.json first
    void move_in(std::vector<std::string> const& names)
    {
        std::error_code code;
        look_at_folder();
        for (std::size_t i = prepared_names.size(); i-- > 0;)
            std::filesystem::remove(dir_ / prepared_names[i], code);
        for (std::size_t i = 0; i < names.size(); ++i) {
            std::filesystem::rename(staging_.path() / names[i], dir_ / names[i], code);
            if (!code) continue;
            std::string const why = code.message();
            for (std::size_t k = 0; k < i; ++k) std::filesystem::remove(dir_ / names[k], code);
            throw error{(dir_ / names[i]).string() + ": cannot be written: " + why};
        }
        detail::sync_folder(dir_);
    }
    std::string text_of(preparation const& how, std::vector<std::string> const& names) const
    {
        json_text j{2};
        j.object([&] {
            j.key("command").text(how.command);
            j.key("version").text(library_version);
            j.key("seed").count(how.seed);
            j.key("options").object([&] {
                for (auto const& each : how.options) {
                    j.key(each.name);
                    if (!each.is_list) j.text(each.values.empty() ? "" : each.values.front());
                    else
                        j.array([&] {
                            for (auto const& value : each.values) j.text(value);
                        });
                }
            });
            j.key("inputs").array([&] {
                for (auto const& each : how.inputs)
                    j.object([&] {
                        j.key("option").text(each.first);
                        j.key("file").text(each.second.string());
                        std::error_code code;
                        auto const bytes = std::filesystem::file_size(each.second, code);
                        j.key("bytes");
                        if (code) j.nothing(); // a pipe has none
                        else j.count(static_cast<std::size_t>(bytes));
                    });
            });
            j.key("counts").object([&] {
                for (auto const& group : how.counts)
                    j.key(group.first).object([&] {
                        for (auto const& each : group.second) j.key(each.first).number(each.second, 9);
                    });
            });
            j.key("sequences").count(size_);
            j.key("shortest").count(shortest_);
            j.key("longest").count(longest_);
            j.key("tasks").array([&] {
                for (auto const& task : tasks_) j.text(task);
            });
            j.key("files").array([&] {
                for (auto const& name : names) j.text(name);
            });
        });
        return j.str() + '\n';
    }

    std::filesystem::path dir_;
    std::vector<std::string> tasks_;
    prepared_options o_;
    bool new_;
    detail::staging_folder staging_;
    std::map<std::string, std::unique_ptr<output_file>> files_;
    output_file *sequences_{}, *labels_{}, *table_{};
    std::optional<npy_rows> npy_;
    std::string row_, bases_;
    std::size_t size_ = 0, shortest_ = 0, longest_ = 0;
};

} // namespace explainn::EXPLAINN_ABI
