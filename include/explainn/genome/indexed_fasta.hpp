// A FASTA file, plain or bgzip, whose bases are read by place with the help of its index (CMake:
// explainn::hts).
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<htslib/faidx.h>)
#include <htslib/faidx.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <explainn/genome/contigs.hpp>
#include <explainn/genome/hts.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// A file without a name, in memory, that other libraries can open by path().
class memory_file {
public:
    explicit memory_file(char const* name) : file_{::memfd_create(name, MFD_CLOEXEC)}
    {
        if (file_ < 0) throw error{std::string{"cannot make a file in memory: "} + std::strerror(errno)};
    }
    memory_file(memory_file const&) = delete;
    memory_file& operator=(memory_file const&) = delete;
    ~memory_file() { ::close(file_); }
    std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

private:
    int file_;
};

/// Whether `index` exists and is not older than the file that it is an index of.
inline bool is_fresh(std::filesystem::path const& index, std::filesystem::path const& of)
{
    struct stat a {
    }, b{};
    if (::stat(index.c_str(), &a) != 0 || ::stat(of.c_str(), &b) != 0) return false;
    return S_ISREG(a.st_mode) &&
           (a.st_mtim.tv_sec > b.st_mtim.tv_sec ||
            (a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec >= b.st_mtim.tv_nsec));
}
} // namespace detail

/// Reads letters of a FASTA file, plain or bgzip, by place. The index beside it (.fai, and .gzi for bgzip) is
/// used where it exists and is not older than the FASTA file; else htslib makes one, which stays in memory:
/// nothing is written beside the file. Throws input_error where an index belongs to another file, where a
/// name stands there twice, and where the file ends early.
class indexed_fasta {
public:
    /// Opens the file; returns nothing where it cannot be read by place: plain gzip, and lines of one
    /// sequence that differ in length.
    static std::optional<indexed_fasta> open(std::filesystem::path const& path)
    {
        detail::quiet_hts const quiet;
        detail::bgzf_handle file{bgzf_open(path.c_str(), "r")};
        if (!file) throw input_error{path, 0, "a file that can be read", std::strerror(errno)};
        bool const packed = bgzf_compression(file.get()) == 2;
        if (bgzf_compression(file.get()) == 1 || bgzf_peek(file.get()) != '>') return std::nullopt;
        if (packed && bgzf_check_EOF(file.get()) == 0)
            throw input_error{path, 0,
                              "the bgzip file ends early: its last block, which is empty, is missing"};
        std::filesystem::path const fai = path.string() + ".fai", gzi = path.string() + ".gzi";
        indexed_fasta all{path, std::move(file)};
        if (detail::is_fresh(fai, path) && (!packed || detail::is_fresh(gzi, path))) {
            all.index_ = fai;
            all.read_index(fai);
            if (packed && bgzf_index_load(all.file_.get(), gzi.c_str(), nullptr) != 0)
                throw input_error{gzi, 0, "the index of a bgzip file", "something else"};
        } else {
            detail::memory_file const lines{"fai"}, blocks{"gzi"};
            if (fai_build3(path.c_str(), lines.path().c_str(), blocks.path().c_str()) != 0)
                return std::nullopt;
            try {
                all.read_index(lines.path());
            } catch (input_error const&) { // a sequence without bases: whole_fasta says which
                return std::nullopt;
            }
            if (packed && bgzf_index_load(all.file_.get(), blocks.path().c_str(), nullptr) != 0)
                throw error{path.string() + ": htslib does not read the index that it made"};
        }
        all.check_headers();
        return all;
    }

    std::vector<contig> const& contigs() const { return contigs_; }
    /// The letters from `start` on, as they stand in the file.
    void read(std::size_t i, std::uint64_t start, std::span<char> to)
    {
        if (to.empty()) return;
        place const& p = places_[i];
        std::uint64_t const first = p.of(start);
        bytes_.resize(static_cast<std::size_t>(p.of(start + to.size() - 1) + 1 - first));
        read_bytes(first, bytes_);
        std::size_t done = 0;
        for (std::uint64_t at = start; done < to.size();) {
            auto const n =
                static_cast<std::size_t>(std::min<std::uint64_t>(p.bases - at % p.bases, to.size() - done));
            std::memcpy(to.data() + done, bytes_.data() + (p.of(at) - first), n);
            done += n;
            at += n;
        }
    }

private:
    // where a contig's letters stand: a line has `bases` letters and `bytes` bytes
    struct place {
        std::uint64_t offset{}, bases{}, bytes{};
        std::uint64_t of(std::uint64_t base) const { return offset + base / bases * bytes + base % bases; }
    };

    indexed_fasta(std::filesystem::path path, detail::bgzf_handle file)
        : path_{std::move(path)}, file_{std::move(file)}
    {
    }
    // The columns are NAME, LENGTH, OFFSET, LINEBASES and LINEWIDTH of http://www.htslib.org/doc/faidx.html.
    void read_index(std::filesystem::path const& index)
    {
        text_file lines{index, "the index of a FASTA file"};
        for (std::string_view line; lines.next(line);) {
            std::array<std::uint64_t, 4> numbers{};
            std::size_t tab = line.find('\t'), field = 0;
            std::string const name{line.substr(0, tab)};
            for (; tab != line.npos && field < 4; ++field) {
                std::size_t const next = line.find('\t', tab + 1);
                auto const x =
                    detail::digits_of(line.substr(tab + 1, next == line.npos ? next : next - tab - 1));
                if (!x || *x > std::uint64_t{1} << 48) break;
                numbers[field] = *x;
                tab = next;
            }
            if (field != 4 || tab != line.npos || name.empty())
                lines.refuse(
                    "a name, a length, an offset, bases and bytes of a line, as samtools faidx writes",
                    in_quotes(line));
            if (numbers[0] == 0 || numbers[2] == 0 || numbers[3] < numbers[2])
                lines.refuse("a sequence with bases", in_quotes(line));
            contigs_.push_back({name, numbers[0]});
            places_.push_back({numbers[1], numbers[2], numbers[3]});
        }
    }
    // Between the last base of a sequence and the first of the next there must be one header line, with the
    // name; else the index belongs to another file, or two sequences have one name.
    void check_headers()
    {
        std::vector<std::size_t> order(contigs_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(),
                  [this](std::size_t a, std::size_t b) { return places_[a].offset < places_[b].offset; });
        std::uint64_t end = 0;
        for (std::size_t const i : order) {
            place const& p = places_[i];
            constexpr std::uint64_t longest = 1 << 20;
            if (p.offset < end + 2 || p.offset - end > longest) refuse_index(i);
            bytes_.resize(static_cast<std::size_t>(p.offset - end));
            read_bytes(end, bytes_);
            std::string_view text{bytes_.data(), bytes_.size()};
            auto const blank = [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; };
            while (!text.empty() && blank(text.front())) text.remove_prefix(1);
            if (!text.starts_with('>') || text.back() != '\n') refuse_index(i);
            std::string_view const header = text.substr(1, text.find_first_of("\r\n") - 1);
            while (!text.empty() && blank(text.back())) text.remove_suffix(1);
            std::string_view const name = header.substr(0, header.find_first_of(" \t"));
            if (text.find("\n>") != text.npos) refuse_index(i, name);
            if (name != contigs_[i].name || text.find('\n') != text.npos) refuse_index(i);
            end = p.of(contigs_[i].length - 1) + 1;
        }
        // and nothing stands behind the last sequence
        std::string tail(1 << 12, '\0');
        detail::quiet_hts const quiet;
        ssize_t const n = bgzf_useek(file_.get(), static_cast<off_t>(end), SEEK_SET) == 0
                              ? bgzf_read(file_.get(), tail.data(), tail.size())
                              : -1;
        if (n < 0) throw input_error{path_, 0, "cannot read on: the file is damaged or changed"};
        tail.resize(static_cast<std::size_t>(n));
        if (auto const more = tail.find_first_not_of(" \t\r\n"); more != tail.npos) {
            std::string const rest = tail.substr(more);
            refuse_index(order.back(),
                         rest.front() == '>' ? rest.substr(1, rest.find_first_of(" \t\r\n") - 1) : "");
        }
    }
    [[noreturn]] void refuse_index(std::size_t i, std::string_view second = {}) const
    {
        // htslib leaves a second sequence of one name out of the index
        if (index_.empty())
            throw input_error{path_, 0, "every name once",
                              in_quotes(second.empty() ? contigs_[i].name : second) + " twice"};
        throw input_error{index_, i + 1, "the index of " + path_.string() + " (samtools faidx makes it)",
                          "that of another file at " + in_quotes(contigs_[i].name)};
    }
    void read_bytes(std::uint64_t at, std::span<char> to)
    {
        detail::quiet_hts const quiet;
        ssize_t n = -1;
        if (bgzf_useek(file_.get(), static_cast<off_t>(at), SEEK_SET) == 0)
            n = bgzf_read(file_.get(), to.data(), to.size());
        if (n < 0) throw input_error{path_, 0, "cannot read on: the file is damaged or changed"};
        if (static_cast<std::size_t>(n) < to.size())
            throw input_error{path_, 0,
                              std::to_string(to.size()) + " bytes of sequence at byte " + std::to_string(at),
                              "the end of the file"};
    }

    std::filesystem::path path_, index_;
    detail::bgzf_handle file_;
    std::vector<contig> contigs_;
    std::vector<place> places_;
    std::vector<char> bytes_;
};

} // namespace explainn::EXPLAINN_ABI
#endif
