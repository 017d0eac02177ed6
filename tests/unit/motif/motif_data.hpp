// Motifs, sequences and golden tables for the tests here.
#pragma once
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/text_file.hpp>

namespace motif_data {
namespace ex = explainn;

inline std::filesystem::path const golden = std::filesystem::path{EXPLAINN_TEST_DATA} / "motif_golden";
inline std::filesystem::path const shared = EXPLAINN_SHARED_DATA;

inline std::vector<ex::motif> const& jaspar()
{
    static auto const motifs = ex::read_motifs(std::filesystem::path{EXPLAINN_EXAMPLE_DATA} /
                                               "JASPAR2020_CORE_vertebrates_non-redundant.meme.gz")
                                   .motifs;
    return motifs;
}

// columns from nearly certain to nearly uniform
inline ex::motif random_motif(ex::random_numbers& draw, std::size_t width, std::string name)
{
    ex::motif m;
    m.name = std::move(name);
    m.sites = 5 + draw.below(100);
    for (std::size_t i = 0; i < width; ++i) {
        ex::column c{};
        double sum = 0;
        double const sharp = draw.uniform(0.3, 6);
        for (double& x : c) sum += x = std::pow(draw.uniform(), sharp);
        for (double& x : c) x /= sum;
        m.probabilities.columns.push_back(c);
    }
    return m;
}

inline std::vector<ex::motif> random_motifs(std::uint64_t seed, std::size_t count, std::size_t least,
                                            std::size_t most, std::string const& prefix)
{
    ex::random_numbers draw{ex::seed{seed}, ex::stream::tests};
    std::vector<ex::motif> out;
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t const width = least + draw.below(static_cast<std::uint32_t>(most - least + 1));
        out.push_back(random_motif(draw, width, prefix + std::to_string(i)));
    }
    return out;
}

inline std::string random_bases(ex::random_numbers& draw, std::size_t length, double n_share = 0)
{
    std::string s(length, 'A');
    for (char& c : s) c = draw.uniform() < n_share ? 'N' : "ACGT"[draw.below(4)];
    return s;
}

// the lines of a tab-separated table without the first, comments and empty ones
inline std::vector<std::vector<std::string>> table(std::filesystem::path const& path, bool header = true)
{
    ex::text_file file{path};
    std::vector<std::vector<std::string>> rows;
    std::string_view line;
    if (header) file.next(line);
    while (file.next(line)) {
        if (line.empty() || line[0] == '#') continue;
        std::vector<std::string> row;
        std::istringstream parts{std::string{line}};
        for (std::string part; std::getline(parts, part, '\t');) row.push_back(part);
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace motif_data
