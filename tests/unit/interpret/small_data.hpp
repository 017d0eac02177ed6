// A small data set for tests: random sequences, some with N, random labels.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/packed_sequences.hpp>

namespace testing {

struct small_data {
    explainn::packed_sequences sequences;
    std::size_t bases{}, tasks{};
    std::vector<float> labels_by_row;

    small_data(std::size_t rows, std::size_t length, std::size_t outputs, std::uint64_t from,
               bool with_n = true)
        : bases{length}, tasks{outputs}
    {
        explainn::random_numbers draw{explainn::seed{from}, explainn::stream::tests};
        for (std::size_t i = 0; i < rows; ++i) {
            std::string s;
            for (std::size_t k = 0; k < length; ++k) s += "ACGTN"[draw.below(with_n && i % 3 == 0 ? 5 : 4)];
            sequences.append("s" + std::to_string(i), s);
            for (std::size_t o = 0; o < outputs; ++o) {
                auto const x = draw.below(5);
                labels_by_row.push_back(x == 4 ? std::numeric_limits<float>::quiet_NaN()
                                               : static_cast<float>(x % 2));
            }
        }
    }
    std::size_t size() const { return sequences.size(); }
    std::size_t length() const { return bases; }
    std::size_t outputs() const { return tasks; }
    void letters_of(std::size_t row, std::span<explainn::letter> out) const { sequences.unpack(row, out); }
    void labels_of(std::size_t row, std::span<float> out) const
    {
        for (std::size_t o = 0; o < tasks; ++o) out[o] = labels_by_row[row * tasks + o];
    }
    bool has_n(std::size_t row) const { return sequences.has_n(row); }
    std::vector<std::uint32_t> all_rows() const
    {
        std::vector<std::uint32_t> rows(size());
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
        return rows;
    }
};

} // namespace testing
