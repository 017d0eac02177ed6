// Bases of a genome that some interval covers, asked by place.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <explainn/genome/bed_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// A set of bases, held as intervals in order that neither overlap nor touch.
///
///     interval_set const peaks{{{0, 10, 30}, {0, 20, 40}}};
///     peaks.overlaps(0, 39, 50);                     // true
///     peaks.covered(0, 0, 20);                       // 10
class interval_set {
public:
    interval_set() = default;
    explicit interval_set(std::vector<region> all)
    {
        std::sort(all.begin(), all.end(), [](region const& a, region const& b) {
            if (a.contig != b.contig) return a.contig < b.contig;
            return a.start != b.start ? a.start < b.start : a.end < b.end;
        });
        for (region const& each : all) {
            if (each.start >= each.end) continue;
            if (!parts_.empty() && parts_.back().contig == each.contig && each.start <= parts_.back().end)
                parts_.back().end = std::max(parts_.back().end, each.end);
            else parts_.push_back(each);
        }
    }

    /// The intervals, by contig and start.
    std::vector<region> const& parts() const { return parts_; }
    bool empty() const { return parts_.empty(); }
    /// Whether some base of [start, end) is in the set.
    bool overlaps(std::size_t contig, std::uint64_t start, std::uint64_t end) const
    {
        auto const at = first_behind(contig, start);
        return at != parts_.end() && at->contig == contig && at->start < end;
    }
    /// How many bases of [start, end) are in the set.
    std::uint64_t covered(std::size_t contig, std::uint64_t start, std::uint64_t end) const
    {
        std::uint64_t count = 0;
        for (auto at = first_behind(contig, start);
             at != parts_.end() && at->contig == contig && at->start < end; ++at)
            count += std::min(end, at->end) - std::max(start, at->start);
        return count;
    }
    /// What of bases [0, length) of a contig is not in the set, in order.
    std::vector<region> gaps(std::size_t contig, std::uint64_t length) const
    {
        std::vector<region> out;
        std::uint64_t from = 0;
        for (auto at = first_behind(contig, 0); at != parts_.end() && at->contig == contig; ++at) {
            if (at->start >= length) break;
            if (at->start > from) out.push_back({contig, from, at->start});
            from = at->end;
        }
        if (from < length) out.push_back({contig, from, length});
        return out;
    }

private:
    // the first interval that ends behind a base
    std::vector<region>::const_iterator first_behind(std::size_t contig, std::uint64_t base) const
    {
        return std::partition_point(parts_.begin(), parts_.end(), [=](region const& each) {
            return each.contig < contig || (each.contig == contig && each.end <= base);
        });
    }
    std::vector<region> parts_;
};

} // namespace explainn::EXPLAINN_ABI
