// Rows for training, validation and test: at random by percentages, or by chromosomes.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/dataset.hpp>

namespace explainn::EXPLAINN_ABI {

/// Rows of a dataset for each part, ascending; every row is in one part.
struct split_rows {
    std::vector<std::uint32_t> train{}, valid{}, test{};
};

/// The sizes of the parts in percent; they add up to 100.
struct split_percentages {
    double train = 80, valid = 10, test = 10;
};

namespace detail {
inline void require_percentages(split_percentages const& percent)
{
    bool const parts = percent.train >= 0 && percent.valid >= 0 && percent.test >= 0;
    if (!parts || !(std::abs(percent.train + percent.valid + percent.test - 100) < 1e-6))
        throw error{"expected percentages that add up to 100, found " + number_text(percent.train) + "," +
                    number_text(percent.valid) + "," + number_text(percent.test)};
}
inline split_rows whole_split(split_rows rows)
{
    auto const check = [](std::vector<std::uint32_t>& part, char const* name) {
        if (part.empty())
            throw error{std::string{"expected sequences in every part of the split, found none for "} + name};
        std::sort(part.begin(), part.end());
    };
    check(rows.train, "training");
    check(rows.valid, "validation");
    check(rows.test, "test");
    return rows;
}
/// Texts that are equal for rows with similar labels: the pattern of 0, 1 and missing or, for other labels,
/// the tenth of the rows (sorted by the first task) that the row is in.
inline std::vector<std::string> strata(dataset const& data)
{
    std::vector<std::string> keys(data.size());
    if (data.binary()) {
        for (std::size_t i = 0; i < data.size(); ++i)
            for (std::size_t task = 0; task < data.tasks().size(); ++task) {
                float const x = data.label(i, task);
                keys[i] += x == 1 ? '1' : x == 0 ? '0' : '-';
            }
        return keys;
    }
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < data.size(); ++i)
        if (!std::isnan(data.label(i, 0))) order.push_back(i);
    sort_places(order, [&](std::size_t a, std::size_t b) { return data.label(a, 0) < data.label(b, 0); });
    for (std::size_t rank = 0; rank < order.size(); ++rank)
        keys[order[rank]] = static_cast<char>('0' + 10 * rank / order.size());
    return keys;
}
} // namespace detail

/// Splits `rows` rows at random. `keys`, where given, holds a text for each row, and rows of one text are
/// split in the same percentages. Throws error where percentages do not add up to 100 or a part is empty.
///
///     split_rows const parts = split_at_random(1000, {.train = 80, .valid = 10, .test = 10}, seed{1});
inline split_rows split_at_random(std::size_t rows, split_percentages const& percent, seed s,
                                  std::vector<std::string> const& keys = {})
{
    detail::require_percentages(percent);
    std::vector<std::uint32_t> order(rows);
    std::iota(order.begin(), order.end(), 0u);
    random_numbers draw{s, stream::split};
    draw.shuffle(order);
    std::map<std::string_view, std::vector<std::uint32_t>> groups;
    for (std::uint32_t const row : order)
        groups[keys.empty() ? std::string_view{} : keys[row]].push_back(row);

    split_rows out;
    double seen = 0;
    for (auto const& group : groups) {
        std::vector<std::uint32_t> const& members = group.second;
        seen += static_cast<double>(members.size());
        std::size_t at = 0;
        // gives the part the rows that it lacks so far, so that rounding does not add up over groups
        auto const give = [&](std::vector<std::uint32_t>& part, double share) {
            double const due = std::round(seen * share / 100) - static_cast<double>(part.size());
            for (double n = 0; n < due && at < members.size(); ++n) part.push_back(members[at++]);
        };
        give(out.valid, percent.valid);
        give(out.test, percent.test);
        for (; at < members.size(); ++at) out.train.push_back(members[at]);
    }
    return detail::whole_split(std::move(out));
}

/// Does the same for the rows of a dataset; `stratify` keeps the mix of labels in every part: by the pattern
/// of binary labels, else by tenths of the first task.
inline split_rows split_at_random(dataset const& data, split_percentages const& percent, seed s,
                                  bool stratify = false)
{
    return split_at_random(data.size(), percent, s,
                           stratify ? detail::strata(data) : std::vector<std::string>{});
}

/// Splits rows so that all rows of one group are in one part: `group_of` says for every row its group, by any
/// number. Large groups are shared out first, each to the part that is most short of its percentage. Throws
/// error as split_at_random does, and so where groups are too large for every part to have some.
///
///     split_rows const parts = split_by_group({0, 0, 2, 3}, {.train = 50, .valid = 25, .test = 25},
///     seed{1});
inline split_rows split_by_group(std::vector<std::uint32_t> const& group_of, split_percentages const& percent,
                                 seed s)
{
    detail::require_percentages(percent);
    std::map<std::uint32_t, std::vector<std::uint32_t>> by_number;
    for (std::size_t row = 0; row < group_of.size(); ++row)
        by_number[group_of[row]].push_back(static_cast<std::uint32_t>(row));
    std::vector<std::vector<std::uint32_t>> groups;
    groups.reserve(by_number.size());
    for (auto& each : by_number) groups.push_back(std::move(each.second));
    random_numbers draw{s, stream::split};
    draw.shuffle(groups);
    std::vector<std::size_t> order(groups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    sort_places(order, [&](std::size_t a, std::size_t b) { return groups[a].size() > groups[b].size(); });
    split_rows out;
    auto const rows = static_cast<double>(group_of.size());
    for (std::size_t const g : order) {
        auto const lacks = [&](std::vector<std::uint32_t> const& part, double share) {
            return rows * share / 100 - static_cast<double>(part.size());
        };
        double const train = lacks(out.train, percent.train), valid = lacks(out.valid, percent.valid),
                     test = lacks(out.test, percent.test);
        auto& chosen = train >= valid && train >= test ? out.train : valid >= test ? out.valid : out.test;
        chosen.insert(chosen.end(), groups[g].begin(), groups[g].end());
    }
    return detail::whole_split(std::move(out));
}

namespace detail {
/// Throws error for chromosomes of the lists that occur in no name, and says which ones do occur.
inline void require_chromosomes(packed_sequences const& sequences, std::vector<std::string> const& valid,
                                std::vector<std::string> const& test)
{
    std::map<std::string_view, std::size_t> rows; // by chromosome, in the order of their names
    for (std::size_t i = 0; i < sequences.size(); ++i) ++rows[chromosome_of(sequences.name(i))];
    std::string unknown, known;
    auto const look_for = [&](std::vector<std::string> const& list, char const* part) {
        for (std::string const& name : list)
            if (rows.find(name) == rows.end())
                unknown += std::string{unknown.empty() ? "" : ", "} + "none for " + part + " on " +
                           in_quotes(std::string_view{name});
    };
    look_for(valid, "validation");
    look_for(test, "test");
    if (unknown.empty()) return;
    std::size_t const most = 40;
    std::size_t shown = 0;
    for (auto const& chromosome : rows) {
        if (shown++ == most) {
            known += " and " + std::to_string(rows.size() - most) + " others";
            break;
        }
        known += (known.empty() ? "" : ", ") + in_quotes(chromosome.first);
    }
    throw error{"expected sequences on every chromosome that is listed, found " + unknown +
                "; their names tell " + known};
}
} // namespace detail

namespace detail {
/// Whether two names of chromosomes may mean the same one: they differ in letter case, by "chr" in front, or
/// by text before a colon ("hg38:chr2").
inline bool alike_chromosomes(std::string_view in_name, std::string_view listed)
{
    auto const small = [](std::string_view s) {
        std::string out{s};
        for (char& c : out)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return out;
    };
    std::string const a = small(in_name), b = small(listed);
    auto const bare = [](std::string_view s) { return s.starts_with("chr") ? s.substr(3) : s; };
    return a.ends_with(":" + b) || bare(a) == bare(b);
}
} // namespace detail

/// Warnings, a sentence each, about chromosomes that split_by_chromosome leaves for training although their
/// names are almost those of listed ones: they differ in letter case, by `chr` in front, or by text before a
/// colon.
///
///     for (auto const& w : split_warnings(data.sequences(), {"chr22"}, {"chr19"})) std::cerr << w << '\n';
inline std::vector<std::string> split_warnings(packed_sequences const& sequences,
                                               std::vector<std::string> const& valid,
                                               std::vector<std::string> const& test)
{
    std::map<std::string_view, std::size_t> rows; // by chromosome, in the order of their names
    for (std::size_t i = 0; i < sequences.size(); ++i) ++rows[chromosome_of(sequences.name(i))];
    std::vector<std::string> listed = valid, warnings;
    listed.insert(listed.end(), test.begin(), test.end());
    for (auto const& [chromosome, count] : rows) {
        if (std::find(listed.begin(), listed.end(), chromosome) != listed.end()) continue;
        for (std::string const& name : listed)
            if (detail::alike_chromosomes(chromosome, name)) {
                warnings.push_back("chromosome " + in_quotes(chromosome) + " (in " + std::to_string(count) +
                                   " of " + std::to_string(sequences.size()) +
                                   " names) is for training, though " + in_quotes(std::string_view{name}) +
                                   " is listed for validation or test");
                break;
            }
    }
    return warnings;
}

/// Puts rows on the chromosomes `valid` and `test` into those parts and all others into training;
/// chromosome_of reads the names. Throws error for a name without chromosome, a chromosome that is in both
/// lists or in no name, and an empty part.
///
///     split_rows const parts = split_by_chromosome(data.sequences(), {"chr22"}, {"chr19"});
inline split_rows split_by_chromosome(packed_sequences const& sequences,
                                      std::vector<std::string> const& valid,
                                      std::vector<std::string> const& test)
{
    auto const among = [](std::vector<std::string> const& list, std::string_view name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    for (std::string const& name : valid)
        if (among(test, name))
            throw error{"expected every chromosome in one part of the split, found " + in_quotes(name) +
                        " in validation and test"};
    split_rows out;
    for (std::size_t i = 0; i < sequences.size(); ++i)
        if (chromosome_of(sequences.name(i)).empty())
            throw error{"expected names such as chr13:18177595-18177795 for a split by chromosomes, found " +
                        in_quotes(sequences.name(i))};
    detail::require_chromosomes(sequences, valid, test);
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        std::string_view const chromosome = chromosome_of(sequences.name(i));
        auto& chosen = among(valid, chromosome) ? out.valid : among(test, chromosome) ? out.test : out.train;
        chosen.push_back(static_cast<std::uint32_t>(i));
    }
    return detail::whole_split(std::move(out));
}

} // namespace explainn::EXPLAINN_ABI
