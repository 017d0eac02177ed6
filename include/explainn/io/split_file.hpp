// A table that says for every sequence whether it trains, validates or tests.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/io/name_index.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/split.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// The words of a table of parts.
inline constexpr std::array<std::string_view, 3> part_names{"train", "valid", "test"};

/// Writes the table that read_split() reads, in the order of the sequences.
inline void write_split(output_file& out, packed_sequences const& sequences, split_rows const& rows)
{
    std::vector<unsigned char> part(sequences.size());
    for (std::uint32_t const i : rows.valid) part[i] = 1;
    for (std::uint32_t const i : rows.test) part[i] = 2;
    out << "sequence\tpart\n";
    for (std::size_t i = 0; i < sequences.size(); ++i)
        out << sequences.name(i) << '\t' << part_names[part[i]] << '\n';
}

/// Reads a table of two columns between tabs, the name of a sequence and its part (train, valid or test),
/// below the header "sequence, part". Sequences that the table names and that are not there are passed over.
/// Throws input_error with file and line for another header or part, for a name that stands there twice, and
/// for a sequence that the table does not name; and error for a part without sequences.
///
///     split_rows const parts = read_split("split.tsv", data.sequences());
inline split_rows read_split(std::filesystem::path const& path, packed_sequences const& sequences)
{
    text_file file{path, "a table of parts"};
    std::string_view line;
    if (!file.next(line) || line != "sequence\tpart")
        throw input_error{path, 1, "the header \"sequence\", a tab, \"part\"", in_quotes(line)};
    name_index index;
    auto const name_of = [&](std::size_t i) { return sequences.name(i); };
    for (std::size_t i = 0; i < sequences.size(); ++i)
        if (index.add(sequences.name(i), i, name_of) != name_index::none)
            throw error{"expected every sequence once, found " + in_quotes(sequences.name(i)) + " twice"};
    std::vector<unsigned char> part(sequences.size(), 3);
    while (file.next(line)) {
        if (line.empty()) continue;
        std::size_t const tab = line.find('\t');
        if (tab == line.npos || tab == 0)
            file.refuse("the name of a sequence, a tab, and train, valid or test", in_quotes(line));
        std::string_view const name = line.substr(0, tab), word = line.substr(tab + 1);
        unsigned char which = 0;
        while (which < 3 && part_names[which] != word) ++which;
        if (which == 3) file.refuse("train, valid or test in column 2", in_quotes(word));
        std::uint32_t const i = index.find(name, name_of);
        if (i == name_index::none) continue;
        if (part[i] != 3) file.refuse("every sequence once", in_quotes(name) + " twice");
        part[i] = which;
    }
    split_rows out;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        if (part[i] == 3)
            throw input_error{path, 0, "a part for every sequence",
                              "none for " + in_quotes(sequences.name(i))};
        (part[i] == 0   ? out.train
         : part[i] == 1 ? out.valid
                        : out.test)
            .push_back(static_cast<std::uint32_t>(i));
    }
    return detail::whole_split(std::move(out));
}

} // namespace explainn::EXPLAINN_ABI
