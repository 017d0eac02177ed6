// Tracks of numbers along a genome as bigWig files (CMake: explainn::bigwig).
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<bigWig.h>)
// nothing is read over the network, so libcurl's header is not needed
#if !defined(NOCURL)
#define NOCURL 1
#endif
#include <bigWig.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genome/contigs.hpp>
#include <explainn/io/binary_file.hpp>
#include <explainn/io/output_place.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
struct bigwig_closer {
    void operator()(bigWigFile_t* file) const { bwClose(file); }
};
using bigwig_handle = std::unique_ptr<bigWigFile_t, bigwig_closer>;

/// Whether a file begins and ends as a complete bigWig file does.
inline bool is_whole_bigwig(binary_file const& file)
{
    if (file.size() < 64 + 4) return false;
    std::uint32_t first{}, last{};
    std::memcpy(&first, file.read(0, 4).data(), 4);
    std::memcpy(&last, file.read(file.size() - 4, 4).data(), 4);
    return first == BIGWIG_MAGIC && last == BIGWIG_MAGIC;
}
} // namespace detail

/// Reads values of a bigWig file by libBigWig. Throws input_error for a file of another format, which it
/// names, and for one that ends early.
///
///     bigwig_file signal{"signal.bw"};
///     std::vector<float> const values = signal.values("chr1", 1000, 1200);    // nan where there is none
class bigwig_file {
public:
    explicit bigwig_file(std::filesystem::path path) : path_{std::move(path)}
    {
        binary_file const file{path_};
        std::string const kind = file.kind_or("something else");
        std::uint32_t magic{};
        if (file.size() >= 4) std::memcpy(&magic, file.read(0, 4).data(), 4);
        if (magic != BIGWIG_MAGIC && magic != __builtin_bswap32(BIGWIG_MAGIC))
            throw input_error{path_, 0, "a bigWig file", file.size() == 0 ? "an empty file" : kind};
        if (magic != BIGWIG_MAGIC)
            throw input_error{path_, 0, "a bigWig file of this machine's byte order",
                              "one of the other order"};
        if (!detail::is_whole_bigwig(file))
            throw input_error{path_, 0, "a whole bigWig file",
                              "one that ends early: its last four bytes differ from its first four"};
        file_.reset(bwOpen(path_.c_str(), nullptr, "r"));
        if (!file_ || file_->cl == nullptr) throw input_error{path_, 0, "a bigWig file", "a damaged one"};
        std::vector<contig> all;
        for (std::int64_t i = 0; i < file_->cl->nKeys; ++i)
            all.push_back({file_->cl->chrom[i], file_->cl->len[i]});
        contigs_.emplace(path_, std::move(all));
    }

    std::filesystem::path const& path() const { return path_; }
    contig_list const& contigs() const { return *contigs_; }
    /// The values of bases [start, end), nan where the file has none. Throws input_error for a contig that
    /// the file does not have (it names those of a similar name), for bases beyond the contig's end, and for
    /// a damaged block.
    std::vector<float> values(std::string const& name, std::uint64_t start, std::uint64_t end)
    {
        std::size_t const i = contigs_->require(name, path_);
        if (start > end || end > (*contigs_)[i].length)
            throw input_error{path_, 0,
                              "bases within the " + std::to_string((*contigs_)[i].length) + " of " +
                                  in_quotes(name),
                              std::to_string(start) + " to " + std::to_string(end)};
        std::vector<float> out(static_cast<std::size_t>(end - start),
                               std::numeric_limits<float>::quiet_NaN());
        if (start == end) return out;
        auto* const found = bwGetOverlappingIntervals(
            file_.get(), name.c_str(), static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end));
        if (found == nullptr) throw input_error{path_, 0, "values of " + in_quotes(name), "a damaged block"};
        for (std::uint32_t k = 0; k < found->l; ++k)
            for (std::uint64_t base = std::max<std::uint64_t>(found->start[k], start);
                 base < std::min<std::uint64_t>(found->end[k], end); ++base)
                out[static_cast<std::size_t>(base - start)] = found->value[k];
        bwDestroyOverlappingIntervals(found);
        return out;
    }

private:
    std::filesystem::path path_;
    detail::bigwig_handle file_;
    std::optional<contig_list> contigs_;
};

/// Writes a bigWig file by libBigWig. Intervals must be added in order: contigs by the bytes of their names
/// (as other programs look them up), starts within a contig ascending, no two overlapping. The file appears
/// under its name only when it is complete and has been read back. Throws error for intervals out of order,
/// numbers that are not finite, no intervals at all, and a disk that is full.
///
///     bigwig_writer out{"MAX.bw", hg38.contigs()};
///     out.add(hg38.contigs().require("chr1", "MAX.bw"), 1000, 1050, 2.5f);
///     out.commit();
class bigwig_writer {
public:
    bigwig_writer(std::filesystem::path path, contig_list const& contigs) : place_{std::move(path)}
    {
        if (place_.is_straight())
            throw error{place_.path().string() +
                        ": expected a file for a track (bigWig), found a pipe or a device"};
        std::vector<std::size_t> order(contigs.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return contigs[a].name < contigs[b].name; });
        rank_.resize(order.size());
        for (std::size_t r = 0; r < order.size(); ++r) {
            contig const& each = contigs[order[r]];
            if (each.length > std::numeric_limits<std::uint32_t>::max())
                throw error{place_.path().string() +
                            ": bigWig holds contigs of fewer than 2^32 bases, found " + in_quotes(each.name) +
                            " of " + std::to_string(each.length)};
            rank_[order[r]] = r;
            names_.push_back(each.name);
            lengths_.push_back(static_cast<std::uint32_t>(each.length));
        }
        for (std::string const& name : names_) pointers_.push_back(name.c_str());
        int const probe = ::open(place_.written_name().c_str(),
                                 O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (probe < 0) place_.fail();
        ::close(probe);
    }

    /// Gives the bases [start, end) of contig number `contig` of the list this value. Adjacent intervals of
    /// the same value are written as one.
    void add(std::size_t contig, std::uint64_t start, std::uint64_t end, float value)
    {
        std::size_t const r = rank_[contig];
        if (start >= end || end > lengths_[r] || r < last_rank_ || (r == last_rank_ && start < last_end_))
            throw error{place_.path().string() +
                        ": expected intervals in order and within their contig, found " + names_[r] + ":" +
                        std::to_string(start) + "-" + std::to_string(end)};
        if (!std::isfinite(value))
            throw error{place_.path().string() + ": expected finite numbers, found one that is not at " +
                        names_[r] + ":" + std::to_string(start) + "-" + std::to_string(end)};
        if (r != last_rank_) flush();
        bases_ += end - start;
        if (r == last_rank_ && !values_.empty() && ends_.back() == start && values_.back() == value)
            ends_.back() = static_cast<std::uint32_t>(end);
        else {
            if (values_.size() == at_once) flush();
            starts_.push_back(static_cast<std::uint32_t>(start));
            ends_.push_back(static_cast<std::uint32_t>(end));
            values_.push_back(value);
        }
        last_rank_ = r;
        last_end_ = end;
    }
    /// Completes the file, reads it back and lets it appear under its name.
    void commit()
    {
        flush();
        if (bases_ == 0)
            throw error{place_.path().string() + ": expected at least one interval to write, found none"};
        file_.reset(); // libBigWig does not report what fails here: the file that it wrote is checked
        std::string const written = place_.written_name().string();
        {
            binary_file const file{written};
            if (!detail::is_whole_bigwig(file)) fail();
        }
        detail::bigwig_handle const read{bwOpen(written.c_str(), nullptr, "r")};
        if (!read || read->hdr->nBasesCovered != bases_ ||
            bwGetTid(read.get(), names_[last_rank_].c_str()) != last_rank_)
            fail();
        auto* const last = bwGetOverlappingIntervals(read.get(), names_[last_rank_].c_str(),
                                                     static_cast<std::uint32_t>(last_end_ - 1),
                                                     static_cast<std::uint32_t>(last_end_));
        bool const good = last != nullptr && last->l == 1 && last->value[0] == last_value_;
        if (last != nullptr) bwDestroyOverlappingIntervals(last);
        if (!good) fail();
        place_.take_name();
    }

private:
    static constexpr std::size_t at_once = 1 << 12;

    // libBigWig cannot close a file without intervals, so it opens one only when there are some
    void begin()
    {
        std::string const written = place_.written_name().string();
        file_.reset(bwOpen(written.c_str(), nullptr, "w"));
        if (!file_ || bwCreateHdr(file_.get(), 10) != 0) fail();
        file_->cl =
            bwCreateChromList(pointers_.data(), lengths_.data(), static_cast<std::int64_t>(names_.size()));
        if (file_->cl == nullptr || bwWriteHdr(file_.get()) != 0) fail();
    }
    void flush()
    {
        if (values_.empty()) return;
        if (!file_) begin();
        auto const n = static_cast<std::uint32_t>(values_.size());
        std::vector<char const*> const names(n, pointers_[last_rank_]);
        if (bwAddIntervals(file_.get(), names.data(), starts_.data(), ends_.data(), values_.data(), n) != 0)
            fail();
        last_value_ = values_.back();
        starts_.clear();
        ends_.clear();
        values_.clear();
    }
    [[noreturn]] void fail() const
    {
        throw error{place_.path().string() +
                    ": cannot be written: libBigWig did not write all of it (is the disk full?)"};
    }

    output_place place_;
    std::vector<std::size_t> rank_;
    std::vector<std::string> names_;
    std::vector<std::uint32_t> lengths_;
    std::vector<char const*> pointers_;
    detail::bigwig_handle file_;
    std::vector<std::uint32_t> starts_, ends_;
    std::vector<float> values_;
    std::size_t last_rank_ = 0;
    std::uint64_t last_end_ = 0, bases_ = 0;
    float last_value_ = 0;
};

} // namespace explainn::EXPLAINN_ABI
#endif
