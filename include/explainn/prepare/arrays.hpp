// Microarrays as sequences with signals: which probes, what becomes of their signals, several arrays side by
// side.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/quantile_map.hpp>
#include <explainn/genomics/quantile_transform.hpp>
#include <explainn/io/array_file.hpp>
#include <explainn/io/name_index.hpp>
#include <explainn/io/name_list.hpp>

namespace explainn::EXPLAINN_ABI {

/// What becomes of the signals of an array: nothing, their logarithm to base 2, their share by a number of
/// quantiles (quantile_map), or by their ranks (quantile_transform).
enum class array_scale { measured, log2, quantiles, ranks };

/// How an array is read.
struct microarray_options {
    array_columns columns{};
    bool linker = true;       ///< whether the bases of a column of linkers follow those of the probe
    std::size_t clip_right{}; ///< bases taken away at the end of each probe, before any linker follows
    array_scale scale = array_scale::measured;
    std::size_t quantiles = 10;    ///< for array_scale::quantiles: those of the paper
    std::int32_t detrend_radius{}; ///< half the window of detrend_spatially(), 7 for 15 x 15; 0: none
    /// Called every some thousands of probes with how many were "probes read", or "spots levelled". What it
    /// throws, an interruption for example, ends the reading.
    std::function<void(std::size_t count, char const* things)> between{};
};

/// The probes of one array.
struct microarray {
    std::filesystem::path path;
    name_list probes;
    std::vector<float> signals;
    std::vector<std::int32_t> rows, columns; ///< on the slide; empty where the table does not tell
    std::size_t length{};                    ///< bases of every probe
    array_left_out left_out{};
    std::size_t of_other_length{}; ///< probes left out because most have another length
};

/// Divides every signal by the median of the signals in the window around its spot, and multiplies by the
/// median of all: a slide that was brighter on one side is level then. Berger and Bulyk (2009) take windows
/// of 15 x 15 spots, which is radius 7. Throws error where the table tells no places, and where a window's
/// median is not above 0. between(count) is called every 1024 spots, where it is given.
///
///     microarray array = read_microarray("Gata3.txt.gz");
///     detrend_spatially(array, 7);
inline void detrend_spatially(microarray& array, std::int32_t radius,
                              std::function<void(std::size_t)> const& between = {})
{
    if (array.rows.empty())
        throw input_error{array.path, 0, "columns row and col, which a spatial trend needs", "none"};
    std::map<std::pair<std::int32_t, std::int32_t>, std::size_t> spots;
    for (std::size_t i = 0; i < array.signals.size(); ++i) spots[{array.rows[i], array.columns[i]}] = i;
    auto const median = [](std::vector<float>& of) {
        auto const middle = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
        std::nth_element(of.begin(), middle, of.end());
        if (of.size() % 2 == 1) return static_cast<double>(*middle);
        return 0.5 *
               (static_cast<double>(*middle) + static_cast<double>(*std::max_element(of.begin(), middle)));
    };
    std::vector<float> window = array.signals;
    double const all = median(window);
    std::vector<float> level(array.signals.size());
    for (std::size_t i = 0; i < level.size(); ++i) {
        if (between && i % 1024 == 0) between(i);
        window.clear();
        for (std::int32_t r = array.rows[i] - radius; r <= array.rows[i] + radius; ++r) {
            auto const end = spots.upper_bound({r, array.columns[i] + radius});
            for (auto at = spots.lower_bound({r, array.columns[i] - radius}); at != end; ++at)
                window.push_back(array.signals[at->second]);
        }
        double const here = median(window);
        if (!(here > 0))
            throw input_error{array.path, 0, "signals whose median around every spot is above 0",
                              number_text(here) + " around row " + std::to_string(array.rows[i]) +
                                  ", column " + std::to_string(array.columns[i])};
        level[i] = static_cast<float>(static_cast<double>(array.signals[i]) * all / here);
    }
    array.signals = std::move(level);
}

namespace detail {
/// Leaves out the probes that are not of the length that most have.
inline void keep_one_length(microarray& array)
{
    std::map<std::size_t, std::size_t> by_length;
    for (std::size_t i = 0; i < array.probes.size(); ++i) ++by_length[array.probes[i].size()];
    std::size_t most = 0;
    for (auto const& [length, count] : by_length)
        if (count >= most) {
            most = count;
            array.length = length;
        }
    if (by_length.size() == 1) return;
    name_list probes;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < array.probes.size(); ++i) {
        if (array.probes[i].size() != array.length) continue;
        probes.append(array.probes[i]);
        array.signals[kept] = array.signals[i];
        if (!array.rows.empty()) {
            array.rows[kept] = array.rows[i];
            array.columns[kept] = array.columns[i];
        }
        ++kept;
    }
    array.of_other_length = array.probes.size() - kept;
    array.probes = std::move(probes);
    array.signals.resize(kept);
    if (!array.rows.empty()) {
        array.rows.resize(kept);
        array.columns.resize(kept);
    }
}
inline std::vector<float> scaled(microarray const& array, microarray_options const& how)
{
    switch (how.scale) {
    case array_scale::measured:
        break;
    case array_scale::ranks:
        return quantile_transform(array.signals);
    case array_scale::quantiles:
        return quantile_map(array.signals, how.quantiles);
    case array_scale::log2: {
        std::vector<float> out;
        for (float const x : array.signals) {
            if (!(x > 0))
                throw input_error{array.path, 0, "signals above 0 for their logarithm",
                                  number_text(static_cast<double>(x))};
            out.push_back(std::log2(x));
        }
        return out;
    }
    }
    return array.signals;
}
} // namespace detail

/// Reads an array. Throws input_error as array_file and detrend_spatially do, where a probe is shorter than
/// what is clipped, and where no probe stays.
///
///     microarray const a = read_microarray("Gata3.txt.gz", {.scale = array_scale::quantiles});
inline microarray read_microarray(std::filesystem::path const& path, microarray_options const& how = {})
{
    array_file file{path, how.columns};
    microarray array{.path = path, .probes = {}, .signals = {}, .rows = {}, .columns = {}};
    for (array_probe probe; file.next(probe);) {
        if (how.between && array.signals.size() % 4096 == 4095)
            how.between(array.signals.size() + 1, "probes read");
        if (probe.bases.size() <= how.clip_right)
            throw input_error{path, probe.line,
                              "probes of more than the " + std::to_string(how.clip_right) +
                                  " bases that are clipped",
                              std::to_string(probe.bases.size())};
        probe.bases.resize(probe.bases.size() - how.clip_right);
        if (how.linker) probe.bases += probe.linker;
        array.probes.append(probe.bases);
        array.signals.push_back(probe.signal);
        if (probe.row && probe.column) {
            array.rows.push_back(*probe.row);
            array.columns.push_back(*probe.column);
        }
    }
    array.left_out = file.left_out();
    if (array.signals.empty())
        throw input_error{path, 0, "probes with signals",
                          "none (" + std::to_string(array.left_out.controls) + " controls, " +
                              std::to_string(array.left_out.flagged) + " flagged, " +
                              std::to_string(array.left_out.unmeasured) + " without signal, " +
                              std::to_string(array.left_out.not_wanted) + " not chosen)"};
    detail::keep_one_length(array);
    if (how.detrend_radius > 0)
        detrend_spatially(array, how.detrend_radius, [&how](std::size_t count) {
            if (how.between) how.between(count, "spots levelled");
        });
    array.signals = detail::scaled(array, how);
    return array;
}

/// Arrays side by side: a row for each probe of a part (training, test), a column for each protein. A probe
/// that lies on several arrays of one protein and part, or several times on one, has the mean of its signals;
/// where a protein was not measured on a probe, its label is missing.
///
///     array_rows rows;
///     rows.add(read_microarray("ME.txt.gz"), "Cebpb", "train");
///     rows.add(read_microarray("HK.txt.gz"), "Cebpb", "test");
class array_rows {
public:
    /// Adds an array. Throws input_error where its probes are longer or shorter than those before.
    void add(microarray const& array, std::string const& protein, std::string const& part)
    {
        if (length_ == 0) length_ = array.length;
        if (array.length != length_)
            throw input_error{array.path, 0,
                              "probes of " + std::to_string(length_) + " bases as the array before",
                              std::to_string(array.length)};
        std::size_t const column_at = place_in(proteins_, protein);
        std::size_t const part_at = place_in(parts_, part);
        if (rows_.size() < parts_.size()) rows_.resize(parts_.size());
        auto& rows = rows_[part_at];
        for (std::size_t i = 0; i < array.probes.size(); ++i) {
            std::string_view const bases = array.probes[i];
            std::uint32_t at =
                rows.index.add(bases, rows.probes.size(), [&](std::size_t k) { return rows.probes[k]; });
            if (at == name_index::none) {
                at = static_cast<std::uint32_t>(rows.probes.size());
                rows.probes.append(bases);
            }
            if (rows.sums.size() <= column_at) rows.sums.resize(column_at + 1);
            auto& sums = rows.sums[column_at];
            if (sums.size() <= at) sums.resize(rows.probes.size());
            repeated_ += sums[at].count > 0 ? 1 : 0;
            sums[at].sum += static_cast<double>(array.signals[i]);
            ++sums[at].count;
        }
    }

    std::vector<std::string> const& proteins() const { return proteins_; }
    std::vector<std::string> const& parts() const { return parts_; }
    std::size_t length() const { return length_; }
    /// How many rows a part has.
    std::size_t size(std::size_t part) const { return rows_[part].probes.size(); }
    /// Signals that were averaged with others of their probe.
    std::size_t repeated() const { return repeated_; }
    /// The bases of a row.
    std::string_view probe(std::size_t part, std::size_t row) const { return rows_[part].probes[row]; }
    /// The signals of a row, NaN where there is none.
    void signals_of(std::size_t part, std::size_t row, std::span<float> out) const
    {
        for (std::size_t p = 0; p < proteins_.size(); ++p) {
            auto const& sums = rows_[part].sums;
            bool const there = p < sums.size() && row < sums[p].size() && sums[p][row].count > 0;
            out[p] = there ? static_cast<float>(sums[p][row].sum / sums[p][row].count)
                           : std::numeric_limits<float>::quiet_NaN();
        }
    }
    /// How many probes of a part are in another one too, which the test should not be.
    std::size_t shared(std::size_t part, std::size_t other) const
    {
        auto const& there = rows_[other];
        std::size_t count = 0;
        for (std::size_t i = 0; i < size(part); ++i)
            count += there.index.find(probe(part, i), [&](std::size_t k) { return there.probes[k]; }) !=
                             name_index::none
                         ? 1
                         : 0;
        return count;
    }

private:
    struct mean {
        double sum{};
        std::uint32_t count{};
    };
    struct part_rows {
        name_list probes;
        name_index index;
        std::vector<std::vector<mean>> sums; // by protein, then by row
    };
    static std::size_t place_in(std::vector<std::string>& names, std::string const& name)
    {
        auto const at = std::find(names.begin(), names.end(), name);
        if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
        names.push_back(name);
        return names.size() - 1;
    }

    std::vector<std::string> proteins_, parts_;
    std::vector<part_rows> rows_;
    std::size_t length_{}, repeated_{};
};

} // namespace explainn::EXPLAINN_ABI
