// A model's logits along a genome.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/stages.hpp>
#include <explainn/genome/bed_file.hpp>
#include <explainn/interpret/variant_windows.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// How logits along a genome are computed.
struct track_reading {
    std::size_t stride = 1; ///< bases that share a value
    strands_read
        both_strands{};      ///< logits are the mean over the strands; by default, as the model was trained
    std::size_t batch = 512; ///< windows in a batch
};

/// Some adjacent cells of a genome, with their logits.
struct track_batch {
    std::vector<region> cells;
    host_batch letters;
    extent outputs{};
    std::vector<float> logits; ///< (cells, O)
};

/// The first base, which may lie before the contig, of the window whose logits stand for the bases [k stride,
/// (k + 1) stride): the base of the window at index length / 2 is the base of the cell at index stride / 2
/// (both rounded down).
///
///     track_window(3, 50, 200)                       // 75: the window 75 to 275 for the bases 150 to 200
inline std::int64_t track_window(std::uint64_t k, std::size_t stride, std::size_t length)
{
    return static_cast<std::int64_t>(k * stride + stride / 2) - static_cast<std::int64_t>(length / 2);
}

/// Reads regions of a genome with a model and calls each(track_batch const&), in order: contigs by the bytes
/// of their names, cells from left to right. A contig is divided into cells of `stride` bases from its first
/// base on, whatever the regions are, and the value of a cell is the logit of the window around its middle:
/// the value of a base does not depend on which regions were asked for, and a base that lies in several
/// regions has one value. Cells at the ends of a region are cut to it. Beyond the ends of a contig the window
/// holds N; a cell whose window holds nothing but N has no value. Memory does not grow with the genome.
///
/// Throws error for a stride of 0.
///
///     walk_genome(m, hg38, merged(read_regions("peaks.bed", hg38.contigs()), hg38.contigs()), {.stride =
///     25},
///                 [&](track_batch const& some) { use(some.cells, some.logits); });
template <backend B, genome_source G, class Each>
void walk_genome(basic_model<B>& m, G& g, std::vector<region> const& regions, track_reading const& how,
                 Each each)
{
    detail::require_batch(how.batch);
    if (how.stride == 0) throw error{"expected a stride of at least one base, found 0"};
    std::vector<region> const all = merged(regions, g.contigs());
    auto const length = static_cast<std::size_t>(m.length());
    evaluator<B> run{m, {.both_strands = how.both_strands, .batch = how.batch}};
    std::size_t now = 0;
    std::uint64_t at = all.empty() ? 0 : all[0].start;
    in_stages(
        [&]() -> std::optional<track_batch> {
            track_batch some;
            some.outputs = m.outputs();
            some.letters.letters.resize(how.batch * length);
            while (now < all.size() && some.cells.size() < how.batch) {
                std::uint64_t const k = at / how.stride,
                                    end = std::min<std::uint64_t>(all[now].end, (k + 1) * how.stride);
                std::span const to{some.letters.letters.data() + some.cells.size() * length, length};
                g.letters(all[now].contig, track_window(k, how.stride, length), to);
                if (std::any_of(to.begin(), to.end(), [](letter code) { return code != letter_n; }))
                    some.cells.push_back({all[now].contig, at, end});
                at = end;
                if (at == all[now].end && ++now < all.size()) at = all[now].start;
            }
            if (some.cells.empty()) return std::nullopt;
            some.letters.letters.resize(some.cells.size() * length);
            some.letters.count = static_cast<extent>(some.cells.size());
            return some;
        },
        [&](track_batch& some) {
            auto const y = run.logits(some.letters);
            some.logits.assign(y.data, y.data + y.count());
        },
        [&](track_batch& some) { each(std::as_const(some)); });
}

} // namespace explainn::EXPLAINN_ABI
