// Sequences without labels, ready for a model of one length.
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/io/fasta.hpp>

namespace explainn::EXPLAINN_ABI {

/// Packed sequences of one length in place of a data set; their rows have no labels.
class unlabelled {
public:
    unlabelled(packed_sequences sequences, std::size_t length)
        : sequences_{std::move(sequences)}, length_{length}
    {
    }
    std::size_t size() const { return sequences_.size(); }
    std::size_t length() const { return length_; }
    std::size_t outputs() const { return 0; }
    void letters_of(std::size_t row, std::span<letter> out) const { sequences_.unpack(row, out); }
    void labels_of(std::size_t, std::span<float>) const {}
    bool has_n(std::size_t row) const { return sequences_.has_n(row); }
    std::string_view name(std::size_t row) const { return sequences_.name(row); }

private:
    packed_sequences sequences_;
    std::size_t length_;
};

/// Reads FASTA or FASTQ sequence by sequence; all must have `length` bases.
///
///     sized_reader file{"peaks.fa.gz", 200};
///     packed_sequences some;
///     while (some.size() < 512 && file.next(some)) {}
class sized_reader {
public:
    sized_reader(std::filesystem::path const& path, std::size_t length) : file_{path}, length_{length} {}

    /// Appends the next sequence; returns false at the end. Throws input_error as fasta_file does, and for a
    /// sequence of another length.
    bool next(packed_sequences& to)
    {
        if (!file_.next(to)) return false;
        std::size_t const last = to.size() - 1;
        if (to.length(last) != length_)
            throw input_error{file_.path(), file_.header_line(),
                              "sequences of " + std::to_string(length_) + " bases as the model",
                              std::to_string(to.length(last)) + " in " + in_quotes(to.name(last))};
        return true;
    }
    /// The line of the header of the sequence read last, from 1.
    std::size_t header_line() const { return file_.header_line(); }

private:
    fasta_file file_;
    std::size_t length_;
};

/// Reads the sequences of a FASTA or FASTQ file. Throws input_error as sized_reader does, and for a name
/// given twice.
///
///     unlabelled const s = read_unlabelled("peaks.fa.gz", 200);
inline unlabelled read_unlabelled(std::filesystem::path const& path, std::size_t length)
{
    sized_reader file{path, length};
    packed_sequences all;
    name_index index;
    std::vector<std::size_t> lines;
    while (file.next(all)) {
        std::size_t const last = all.size() - 1;
        auto const first = index.add(all.name(last), last, [&](std::size_t i) { return all.name(i); });
        if (first != name_index::none)
            detail::refuse_second_name(path, file.header_line(), all.name(last), lines[first]);
        lines.push_back(file.header_line());
    }
    all.shrink_to_fit();
    return {std::move(all), length};
}

/// Throws input_error unless the first sequence of a file has the length that a model reads.
inline void require_length(std::filesystem::path const& path, std::size_t length)
{
    if (path == "-") return; // standard input can be read only once
    packed_sequences first;
    sized_reader{path, length}.next(first);
}

} // namespace explainn::EXPLAINN_ABI
