// Genomes in UCSC's 2bit format, read by place.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/genome/contigs.hpp>
#include <explainn/io/binary_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// A genome as faToTwoBit writes it (https://genome.ucsc.edu/FAQ/FAQformat.html#format7): versions 0 and 1,
/// of either byte order. Runs of N and of lower case are kept in memory, bases are read from the file when
/// they are asked for. Throws input_error for another file, for one that ends early, and where the file's
/// numbers contradict one another.
class two_bit {
public:
    explicit two_bit(std::filesystem::path const& path) : file_{std::make_shared<binary_file const>(path)}
    {
        auto const head = file_->size() < 16 ? std::vector<std::byte>{} : file_->read(0, 16);
        if (head.empty()) refuse("a 2bit file", "fewer than 16 bytes");
        std::uint32_t const magic = word(head, 0);
        if (magic != signature) {
            swapped_ = true;
            if (word(head, 0) != signature) refuse("a 2bit file", "other first bytes");
        }
        std::uint32_t const version = word(head, 4);
        if (version > 1) refuse("version 0 or 1 of the 2bit format", std::to_string(version));
        std::uint32_t const count = word(head, 8);
        if (count > file_->size() / 6) refuse("no more sequences than fit", std::to_string(count));
        std::uint64_t at = 16;
        for (std::uint32_t i = 0; i < count; ++i) {
            auto const size = static_cast<std::size_t>(file_->read(at, 1)[0]);
            auto const bytes = file_->read(at + 1, size + (version == 1 ? 8 : 4));
            std::string name(reinterpret_cast<char const*>(bytes.data()), size);
            std::uint64_t const low = word(bytes, size);
            read_record(std::move(name), version == 0 ? low : long_word(bytes, size));
            at += 1 + bytes.size();
        }
    }

    std::vector<contig> const& contigs() const { return contigs_; }
    /// The letters from `start` on, in lower case where the file masks them.
    void read(std::size_t i, std::uint64_t start, std::span<char> to)
    {
        if (to.empty()) return;
        record const& r = records_[i];
        std::uint64_t const first = start / 4, last = (start + to.size() + 3) / 4;
        auto const bytes = file_->read(r.bases + first, last - first);
        for (std::size_t k = 0; k < to.size(); ++k) {
            std::uint64_t const at = start + k;
            auto const four = static_cast<unsigned>(bytes[static_cast<std::size_t>(at / 4 - first)]);
            to[k] = "TCAG"[four >> (6 - 2 * (at % 4)) & 3u];
        }
        each_part(r.masked, start, to, [](char& c) { c = static_cast<char>(c | 0x20); });
        each_part(r.unknown, start, to, [](char& c) { c = (c & 0x20) != 0 ? 'n' : 'N'; });
    }

private:
    static constexpr std::uint32_t signature = 0x1A412743;
    struct run {
        std::uint32_t start, size;
    };
    struct record {
        std::vector<run> unknown, masked;
        std::uint64_t bases{};
    };

    template <class F>
    static void each_part(std::vector<run> const& runs, std::uint64_t start, std::span<char> to, F f)
    {
        std::uint64_t const end = start + to.size();
        auto at = std::partition_point(runs.begin(), runs.end(), [start](run const& r) {
            return std::uint64_t{r.start} + r.size <= start;
        });
        for (; at != runs.end() && at->start < end; ++at)
            for (std::uint64_t k = std::max<std::uint64_t>(at->start, start);
                 k < std::min<std::uint64_t>(end, std::uint64_t{at->start} + at->size); ++k)
                f(to[static_cast<std::size_t>(k - start)]);
    }
    std::uint32_t word(std::vector<std::byte> const& bytes, std::size_t at) const
    {
        std::uint32_t x{};
        std::memcpy(&x, bytes.data() + at, 4);
        if (swapped_ != (std::endian::native == std::endian::big)) x = __builtin_bswap32(x);
        return x;
    }
    std::uint64_t long_word(std::vector<std::byte> const& bytes, std::size_t at) const
    {
        std::uint64_t x{};
        std::memcpy(&x, bytes.data() + at, 8);
        if (swapped_ != (std::endian::native == std::endian::big)) x = __builtin_bswap64(x);
        return x;
    }
    // reads runs, which must be in order, not overlap, and end within the sequence
    std::vector<run> runs(std::uint64_t& at, std::string const& name, std::uint32_t bases)
    {
        std::uint32_t const count = word(file_->read(at, 4), 0);
        auto const bytes = file_->read(at + 4, std::uint64_t{count} * 8);
        at += 4 + bytes.size();
        std::vector<run> all(count);
        std::uint64_t end = 0;
        for (std::size_t i = 0; i < count; ++i) {
            all[i] = {word(bytes, 4 * i), word(bytes, 4 * (count + i))};
            if (all[i].start < end || std::uint64_t{all[i].start} + all[i].size > bases)
                refuse("runs of " + in_quotes(name) + " in order and within its " + std::to_string(bases) +
                           " bases",
                       "one from " + std::to_string(all[i].start) + " on");
            end = std::uint64_t{all[i].start} + all[i].size;
        }
        return all;
    }
    void read_record(std::string name, std::uint64_t at)
    {
        std::uint32_t const bases = word(file_->read(at, 4), 0);
        at += 4;
        record r;
        r.unknown = runs(at, name, bases);
        r.masked = runs(at, name, bases);
        r.bases = at + 4;
        std::uint64_t const bytes = (std::uint64_t{bases} + 3) / 4;
        if (r.bases > file_->size() || bytes > file_->size() - r.bases)
            refuse(std::to_string(bases) + " bases of " + in_quotes(name), "a file that ends before");
        contigs_.push_back({std::move(name), bases});
        records_.push_back(std::move(r));
    }
    [[noreturn]] void refuse(std::string const& expected, std::string const& found) const
    {
        throw input_error{file_->path(), 0, expected, found};
    }

    std::shared_ptr<binary_file const> file_; // so that a genome can be moved
    bool swapped_ = false;
    std::vector<contig> contigs_;
    std::vector<record> records_;
};

} // namespace explainn::EXPLAINN_ABI
