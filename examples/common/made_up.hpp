// Data that demonstrations make: random bases with words of real motifs put in, so that what a model should
// find is known.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/output_file.hpp>

#include "common/example_data.hpp"

namespace shared {
namespace ex = explainn;
namespace fs = std::filesystem;

/// Words drawn from JASPAR's profiles in examples/data, column by column.
class motif_words {
public:
    motif_words() : known_{ex::read_motifs(example_data() / jaspar)} {}

    /// A word of the motif with this alternative name (GATA1). Throws error where there is none.
    std::string draw(std::string const& name, ex::random_numbers& numbers) const
    {
        for (ex::motif const& m : known_.motifs) {
            if (m.alternative_name != name) continue;
            std::string word;
            for (ex::column const& c : m.probabilities.columns) {
                double at = numbers.uniform();
                std::size_t base = 0;
                while (base < 3 && at >= c[base]) at -= c[base++];
                word += "ACGT"[base];
            }
            return word;
        }
        throw ex::error{std::string{jaspar} + ": expected a motif " + name + ", found none"};
    }

private:
    static constexpr char const* jaspar = "JASPAR2020_CORE_vertebrates_non-redundant.meme.gz";
    ex::motif_set known_;
};

/// A sequence of random bases into which words are put where none stands yet, on either strand.
class made_up_sequence {
public:
    made_up_sequence(std::size_t length, ex::random_numbers& draw) : draw_{draw}, taken_(length)
    {
        for (std::size_t i = 0; i < length; ++i) text_ += "ACGT"[draw_.below(4)];
    }
    void put(std::string const& word)
    {
        std::string const there = draw_.below(2) == 1 ? turned(word) : word;
        std::size_t begin = 0;
        bool free = false;
        while (!free) {
            begin = draw_.below(static_cast<std::uint32_t>(text_.size() - there.size() + 1));
            free = true;
            for (std::size_t i = begin; i < begin + there.size(); ++i) free = free && !taken_[i];
        }
        text_.replace(begin, there.size(), there);
        for (std::size_t i = begin; i < begin + there.size(); ++i) taken_[i] = true;
    }
    std::string const& text() const { return text_; }

private:
    static std::string turned(std::string const& word)
    {
        std::string out{word.rbegin(), word.rend()};
        for (char& c : out) c = ex::char_of(ex::complement(ex::letter_of(c)));
        return out;
    }
    ex::random_numbers& draw_;
    std::string text_;
    std::vector<bool> taken_;
};

/// sequences.fa.gz and a table of numbers in a folder, as the programs read them.
class made_up_data {
public:
    made_up_data(fs::path const& folder, std::string const& table, std::vector<std::string> const& columns)
        : sequences_{folder / "sequences.fa.gz"}, table_{folder / table}
    {
        table_ << "sequence";
        for (auto const& each : columns) table_ << '\t' << each;
        table_ << '\n';
    }
    void add(std::string const& sequence, std::vector<double> const& values)
    {
        std::string const name = "made_up_" + std::to_string(count_++);
        sequences_ << '>' << name << '\n' << sequence << '\n';
        table_ << name;
        for (double const x : values) table_ << '\t' << ex::number_text(x, 5);
        table_ << '\n';
    }
    void commit()
    {
        sequences_.commit();
        table_.commit();
    }

private:
    ex::output_file sequences_, table_;
    std::size_t count_ = 0;
};

/// A number from a normal distribution of mean 0, near enough for noise: the sum of twelve uniform ones.
inline double noise(ex::random_numbers& draw, double deviation)
{
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += draw.uniform();
    return deviation * sum;
}

} // namespace shared
