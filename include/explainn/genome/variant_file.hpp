// Variants from VCF and BCF files, one at a time (CMake: explainn::hts).
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<htslib/vcf.h>)
#include <htslib/tbx.h>
#include <htslib/vcf.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genome/contigs.hpp>
#include <explainn/genome/hts.hpp>
#include <explainn/genome/variant.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/binary_file.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
struct hts_file_closer {
    void operator()(htsFile* file) const { hts_close(file); }
};
struct vcf_header_closer {
    void operator()(bcf_hdr_t* header) const { bcf_hdr_destroy(header); }
};
struct vcf_record_closer {
    void operator()(bcf1_t* record) const { bcf_destroy(record); }
};
struct tabix_closer {
    void operator()(tbx_t* index) const { tbx_destroy(index); }
};
struct hts_index_closer {
    void operator()(hts_idx_t* index) const { hts_idx_destroy(index); }
};
struct hts_iterator_closer {
    void operator()(hts_itr_t* at) const { hts_itr_destroy(at); }
};
/// A line that htslib allocates and frees.
struct hts_line : kstring_t {
    hts_line() : kstring_t{0, 0, nullptr} {}
    hts_line(hts_line const&) = delete;
    hts_line& operator=(hts_line const&) = delete;
    ~hts_line() { std::free(s); }
    std::string_view text() const { return {s, l}; }
};

/// A part of a genome as users write it: chr1, chr1:1000 (from there on), chr1:1000-2000; from 1, both ends
/// included, with or without commas between thousands.
struct written_region {
    std::string contig;
    std::uint64_t first = 1, last = std::numeric_limits<std::int32_t>::max();
};
inline written_region region_of_text(std::string const& text)
{
    auto const colon = text.rfind(':');
    if (text.empty() || colon == 0)
        throw error{"expected a region such as chr1:1000-2000, found " + in_quotes(text)};
    if (colon == text.npos) return {text};
    std::string range = text.substr(colon + 1);
    std::erase(range, ',');
    auto const dash = range.find('-');
    auto const first = digits_of(std::string_view{range}.substr(0, dash));
    std::string const rest = dash == range.npos ? "" : range.substr(dash + 1);
    auto const last =
        rest.empty() ? std::uint64_t{std::numeric_limits<std::int32_t>::max()} : digits_of(rest);
    if (!first && dash == range.npos) return {text}; // a name with a colon, as HLA-A*01:01:01:01
    if (!first || !last || *first < 1 || *first > *last)
        throw error{"expected a region such as chr1:1000-2000, found " + in_quotes(text)};
    return {text.substr(0, colon), *first, *last};
}
} // namespace detail

/// A whole record of a VCF or BCF file, which can be written to another file with the same header.
using variant_record = std::unique_ptr<bcf1_t, detail::vcf_record_closer>;

/// How variants are read.
struct variant_reading {
    /// Only records whose POS lies in this region are read: chr1, chr1:1000, chr1:1000-2000 (from 1, both
    /// ends included), so that adjacent regions together read a file once and no record comes twice. It needs
    /// an index beside the file (.tbi or .csi).
    std::string region{};
    bool records = false; ///< whole records are kept, for record()
};

/// Reads VCF (plain, gzip, bgzip; `-` is standard input) and BCF record by record, by htslib; memory does not
/// grow with the file. Throws input_error for a file that is not VCF; for a record that cannot be read, with
/// its line or its number; and, before the first record, for a bgzip file that ends early. Throws error for a
/// region where there is no index, or of a contig that the file does not have.
///
///     variant_file file{"calls.vcf.gz", {.region = "chr1:1-1000000"}};
///     for (variant v; file.next(v);) use(v.contig, v.position, v.reference, v.alternatives);
class variant_file {
public:
    explicit variant_file(std::filesystem::path path, variant_reading how = {})
        : path_{std::move(path)}, how_{std::move(how)}
    {
        detail::quiet_hts const quiet;
        std::error_code code;
        if (path_ != "-" && (!std::filesystem::exists(path_, code) || !std::filesystem::is_fifo(path_, code)))
            binary_file const known{path_}; // refuses a missing file, a folder and a stand-in, by name
        errno = 0;
        file_.reset(hts_open(path_.c_str(), "r"));
        if (!file_) refuse(0, "a file that can be read", errno != 0 ? std::strerror(errno) : "an empty file");
        auto const* const format = hts_get_format(file_.get());
        text_ = format->format == ::vcf;
        if (!text_ && format->format != ::bcf) refuse(0, "variants (VCF or BCF)", kind());
        if (format->compression == ::bgzf && path_ != "-" && hts_check_EOF(file_.get()) == 0)
            throw input_error{path_, 0,
                              "the bgzip file ends early: its last block, which is empty, is missing"};
        header_.reset(bcf_hdr_read(file_.get()));
        if (!header_)
            refuse(0, "a header of VCF that ends with the names of its 8 columns, #CHROM to INFO, or more",
                   "another");
        if (bcf_hdr_nsamples(header_.get()) > 0)
            columns_ = 9 + static_cast<std::size_t>(bcf_hdr_nsamples(header_.get()));
        record_.reset(bcf_init());
        if (!how_.region.empty()) seek();
    }

    std::filesystem::path const& path() const { return path_; }
    /// The header by which records are read. A writer adds the lines that it needs before the first next().
    bcf_hdr_t* header() { return header_.get(); }

    /// Reads the next variant; returns false at the end.
    bool next(variant& to)
    {
        detail::quiet_hts const quiet;
        while (text_ ? next_line(to) : next_bcf(to))
            if (!wanted_ || (to.position >= wanted_->first && to.position <= wanted_->last)) return true;
        return false;
    }
    /// A copy of the record that next() read last; `records` must be set.
    variant_record record() const { return variant_record{bcf_dup(record_.get())}; }

private:
    // what the file is, where it holds no variants
    std::string kind() const
    {
        std::string const unknown = "something else";
        std::error_code code;
        if (std::filesystem::is_regular_file(path_, code)) {
            binary_file const file{path_};
            if (file.size() == 0) return "an empty file";
            if (auto known = file.kind_or(unknown); known != unknown && !known.starts_with("gzip"))
                return known;
        }
        std::unique_ptr<char, void (*)(void*)> const words{
            hts_format_description(hts_get_format(file_.get())), std::free};
        return words && std::string_view{words.get()}.find("unknown") == std::string_view::npos ? words.get()
                                                                                                : unknown;
    }
    [[noreturn]] void refuse(std::size_t line, std::string const& expected, std::string const& found) const
    {
        throw input_error{path_, line, expected, found};
    }
    std::string number() const { return "record " + std::to_string(count_ + 1); }

    bool next_line(variant& to)
    {
        for (;;) {
            int const n = index_ ? tbx_itr_next(file_.get(), index_.get(), at_.get(), &line_)
                                 : hts_getline(file_.get(), '\n', &line_);
            std::size_t const line = index_ ? 0 : static_cast<std::size_t>(file_->lineno);
            if (n == -1) return false;
            if (n < -1)
                refuse(line, "a file that can be read to its end",
                       "a damaged or torn one after " + std::to_string(count_) + " records");
            if (line_.l == 0) continue;
            take(line_.text(), line, to);
            if (how_.records) {
                std::string const start = line_.text().substr(0, 60) == line_.text() ? "" : "...";
                std::string const shown{line_.text().substr(0, 60)};
                if (vcf_parse(&line_, header_.get(), record_.get()) != 0)
                    refuse(line, "a record of VCF", "'" + shown + start + "'");
            }
            ++count_;
            return true;
        }
    }
    // takes the first columns of a line; a line that has all columns is complete
    void take(std::string_view line, std::size_t number, variant& to)
    {
        std::size_t const columns = 1 + static_cast<std::size_t>(std::count(line.begin(), line.end(), '\t'));
        if (columns_ == 0 && columns >= 5) columns_ = columns;
        if (columns < std::max<std::size_t>(columns_, 5))
            refuse(number, std::to_string(std::max<std::size_t>(columns_, 5)) + " columns between tabs (VCF)",
                   std::to_string(columns) + ": " + in_quotes(line));
        std::array<std::string_view, 5> field;
        for (std::size_t i = 0, begin = 0; i < 5; ++i) {
            std::size_t const end = std::min(line.find('\t', begin), line.size());
            field[i] = line.substr(begin, end - begin);
            begin = end + 1;
        }
        auto const position = detail::digits_of(field[1]);
        if (!position || *position > most_position)
            refuse(number, "a position (POS), a whole number", in_quotes(field[1]));
        if (field[0].empty() || field[3].empty() || field[4].empty())
            refuse(number, "a contig, REF and ALT", in_quotes(line));
        to.contig = field[0];
        to.position = *position;
        to.id = field[2].empty() ? "." : field[2];
        to.reference = field[3];
        to.line = number;
        to.alternatives.clear();
        for (std::string_view rest = field[4]; field[4] != ".";) {
            std::size_t const comma = std::min(rest.find(','), rest.size());
            if (comma == 0) refuse(number, "alternatives (ALT) with a comma between", in_quotes(field[4]));
            to.alternatives.emplace_back(rest.substr(0, comma));
            if (comma == rest.size()) break;
            rest.remove_prefix(comma + 1);
        }
    }
    bool next_bcf(variant& to)
    {
        int const n = at_ ? bcf_itr_next(file_.get(), at_.get(), record_.get())
                          : bcf_read(file_.get(), header_.get(), record_.get());
        if (n == -1) return false;
        bcf1_t* const r = record_.get();
        if (n < -1 || bcf_unpack(r, BCF_UN_STR) != 0 || r->n_allele == 0 || r->pos < -1 || r->rid < 0 ||
            r->rid >= header_->n[BCF_DT_CTG])
            refuse(0, number() + " to be one of BCF", "a damaged or torn one");
        char const* const contig = bcf_hdr_id2name(header_.get(), r->rid);
        auto const empty = [](char const* text) { return text == nullptr || *text == '\0'; };
        if (empty(contig) || std::any_of(r->d.allele, r->d.allele + r->n_allele, empty))
            refuse(0, number() + " to have a contig, REF and ALT", "an empty one");
        to.contig = contig;
        to.position = static_cast<std::uint64_t>(r->pos + 1);
        to.id = r->d.id == nullptr || *r->d.id == '\0' ? "." : r->d.id;
        to.reference = r->d.allele[0];
        to.alternatives.assign(r->d.allele + 1, r->d.allele + r->n_allele);
        to.line = 0;
        ++count_;
        return true;
    }

    void seek()
    {
        auto const wanted = detail::region_of_text(how_.region);
        if (path_ == "-") throw error{"expected a file with an index for a region, found standard input"};
        int contig = -1;
        if (text_) {
            index_.reset(tbx_index_load3(path_.c_str(), nullptr, HTS_IDX_SILENT_FAIL));
            if (!index_) refuse_index();
            contig = tbx_name2id(index_.get(), wanted.contig.c_str());
        } else {
            bcf_index_.reset(bcf_index_load3(path_.c_str(), nullptr, HTS_IDX_SILENT_FAIL));
            if (!bcf_index_) refuse_index();
            contig = bcf_hdr_name2id(header_.get(), wanted.contig.c_str());
        }
        if (contig < 0) require_contig(wanted.contig);
        wanted_ = {wanted.first, wanted.last};
        // asks for no bases where the header knows the contig and the index does not
        auto const first = contig < 0 ? 0 : static_cast<hts_pos_t>(wanted.first - 1),
                   last = contig < 0 ? 0 : static_cast<hts_pos_t>(std::min(wanted.last, most_position));
        if (contig < 0) contig = HTS_IDX_NONE;
        at_.reset(text_ ? tbx_itr_queryi(index_.get(), contig, first, last)
                        : bcf_itr_queryi(bcf_index_.get(), contig, first, last));
        if (!at_) refuse(0, "an index that can be asked for " + in_quotes(how_.region), "a damaged one");
    }
    [[noreturn]] void refuse_index() const
    {
        throw error{path_.string() +
                    ": expected an index beside the file for a region (bcftools index makes it of " +
                    "a bgzip VCF or BCF), found none"};
    }
    void require_contig(std::string const& name) const
    {
        std::vector<contig> all;
        int count = 0;
        if (char const** const names = bcf_hdr_seqnames(header_.get(), &count)) {
            for (int i = 0; i < count; ++i) all.push_back({names[i], 0});
            std::free(names);
        }
        if (index_)
            if (char const** const names = tbx_seqnames(index_.get(), &count)) {
                for (int i = 0; i < count; ++i)
                    if (std::none_of(all.begin(), all.end(),
                                     [&](contig const& c) { return c.name == names[i]; }))
                        all.push_back({names[i], 0});
                std::free(names);
            }
        if (!all.empty()) contig_list{path_, std::move(all)}.require(name, "--region");
    }

    static constexpr std::uint64_t most_position = std::numeric_limits<std::int32_t>::max();
    struct positions {
        std::uint64_t first, last;
    };

    std::filesystem::path path_;
    variant_reading how_;
    std::unique_ptr<htsFile, detail::hts_file_closer> file_;
    std::unique_ptr<bcf_hdr_t, detail::vcf_header_closer> header_;
    variant_record record_;
    std::unique_ptr<tbx_t, detail::tabix_closer> index_;
    std::unique_ptr<hts_idx_t, detail::hts_index_closer> bcf_index_;
    std::unique_ptr<hts_itr_t, detail::hts_iterator_closer> at_;
    std::optional<positions> wanted_;
    detail::hts_line line_;
    bool text_ = false;
    std::size_t columns_ = 0, count_ = 0;
};

} // namespace explainn::EXPLAINN_ABI
#endif
