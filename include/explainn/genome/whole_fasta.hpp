// A FASTA file that is read from end to end and kept in memory, for files that cannot be read by place.
#pragma once
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/genome/contigs.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// All sequences of a FASTA file with the case of their letters, a byte a base. The file may be gzip and have
/// lines of any length. A name ends at the first blank. Throws input_error with file and line for a file that
/// is not FASTA.
class whole_fasta {
public:
    explicit whole_fasta(std::filesystem::path const& path)
    {
        text_file file{path, "FASTA sequences"};
        for (std::string_view line; file.next(line);) {
            while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
            if (line.empty()) continue;
            if (line.front() == '>') {
                std::string_view const name = line.substr(1, line.substr(1).find_first_of(" \t"));
                if (name.empty()) file.refuse("a sequence name after the '>'", in_quotes(line));
                refuse_empty(file);
                contigs_.push_back({std::string{name}, 0});
                bases_.emplace_back();
                continue;
            }
            if (contigs_.empty()) file.refuse("a header line that begins with '>'", in_quotes(line));
            bases_.back() += line;
            contigs_.back().length += line.size();
        }
        refuse_empty(file);
        for (std::string& each : bases_) each.shrink_to_fit();
    }

    std::vector<contig> const& contigs() const { return contigs_; }
    /// The letters from `start` on, as they stand in the file.
    void read(std::size_t i, std::uint64_t start, std::span<char> to)
    {
        std::copy_n(bases_[i].begin() + static_cast<std::ptrdiff_t>(start), to.size(), to.begin());
    }

private:
    void refuse_empty(text_file const& file) const
    {
        if (!bases_.empty() && bases_.back().empty())
            file.refuse("bases after the header of " + in_quotes(contigs_.back().name), "none");
    }

    std::vector<contig> contigs_;
    std::vector<std::string> bases_;
};

} // namespace explainn::EXPLAINN_ABI
