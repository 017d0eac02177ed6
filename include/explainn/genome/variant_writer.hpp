// Variants written again with our own numbers added to each: annotated VCF and BCF (CMake: explainn::hts).
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<htslib/vcf.h>)
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <explainn/genome/variant_file.hpp>
#include <explainn/io/output_place.hpp>

namespace explainn::EXPLAINN_ABI {

/// A field of INFO that has one value for each alternative (Number=A).
struct variant_field {
    std::string key; ///< a key as vcf_key() makes it
    bool text = false;
    std::string description{};
};

/// Makes a key of INFO from a name: letters, digits and underscores of ASCII, with no digit first.
///
///     vcf_key("DELTA_", "NKX2-1")                    // "DELTA_NKX2_1"
inline std::string vcf_key(std::string_view before, std::string_view name)
{
    std::string key{before};
    for (char const c : name) key += std::isalnum(static_cast<unsigned char>(c)) != 0 && c > 0 ? c : '_';
    if (key.empty() || std::isdigit(static_cast<unsigned char>(key.front())) != 0)
        key.insert(key.begin(), '_');
    return key;
}

/// Writes the records of a variant_file with fields of INFO added: as text, bgzip (.gz, .bgz) or BCF (.bcf),
/// by the ending of the name. The file appears under its name only when it is complete. The fields are
/// declared in the header, and so are contigs where the header declares none. Throws error where the header
/// declares a field of that name as something else, where a disk is full, and for BCF that would hold a
/// contig or a field which the header does not declare.
///
///     variant_file in{"calls.vcf", {.records = true}};
///     variant_writer out{"annotated.vcf.gz", in, {{"DELTA_MAX"}}, {}};
///     for (variant v; in.next(v);) {
///         auto const record = in.record();
///         out.set(*record, 0, std::vector<float>(v.alternatives.size(), 0.5f));
///         out.write(*record);
///     }
///     out.commit();
class variant_writer {
public:
    /// Must be made before the first record of `in` is read; `in` must outlive it.
    variant_writer(std::filesystem::path path, variant_file& in, std::vector<variant_field> fields,
                   std::vector<contig> const& contigs)
        : place_{std::move(path)}, header_{in.header()}, fields_{std::move(fields)}
    {
        detail::quiet_hts const quiet;
        std::string const name = place_.path().string();
        bcf_ = name.ends_with(".bcf");
        bool const packed = name.ends_with(".gz") || name.ends_with(".bgz");
        if (header_->n[BCF_DT_CTG] == 0)
            for (contig const& each : contigs)
                append("##contig=<ID=" + each.name + ",length=" + std::to_string(each.length) + ">");
        for (variant_field const& field : fields_) declare(field);
        if (bcf_hdr_sync(header_) != 0) throw error{name + ": htslib has no memory for the header"};
        std::string const written = place_.written_name().string();
        file_.reset(hts_open(written.c_str(), bcf_ ? "wb" : packed ? "wz" : "w"));
        if (!file_) place_.fail();
        known_contigs_ = header_->n[BCF_DT_CTG];
        known_ids_ = header_->n[BCF_DT_ID];
        if (bcf_hdr_write(file_.get(), header_) != 0) place_.fail();
    }

    /// Sets a field of a record: one number for each alternative, nan where there is none.
    void set(bcf1_t& record, std::size_t field, std::span<float const> values)
    {
        numbers_.assign(values.begin(), values.end());
        for (float& x : numbers_)
            if (std::isnan(x)) bcf_float_set_missing(x);
        require(bcf_update_info_float(header_, &record, fields_[field].key.c_str(), numbers_.data(),
                                      static_cast<int>(numbers_.size())),
                field);
    }
    /// Sets a field of a record: one text for each alternative. A text must hold no comma, blank, semicolon
    /// or equals sign; it is empty where there is none.
    void set(bcf1_t& record, std::size_t field, std::span<std::string const> values)
    {
        std::string all;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) all += ',';
            all += values[i].empty() ? "." : values[i];
        }
        require(bcf_update_info_string(header_, &record, fields_[field].key.c_str(), all.c_str()), field);
    }
    void write(bcf1_t& record)
    {
        detail::quiet_hts const quiet;
        if (bcf_ && (header_->n[BCF_DT_CTG] != known_contigs_ || header_->n[BCF_DT_ID] != known_ids_))
            throw error{place_.path().string() +
                        ": BCF cannot hold a contig, filter or field that its header does not declare, and a "
                        "record has one: write .vcf or .vcf.gz, or declare it"};
        if (bcf_write(file_.get(), header_, &record) != 0) place_.fail();
    }
    /// Completes the file and lets it appear under its name.
    void commit()
    {
        detail::quiet_hts const quiet;
        if (hts_close(file_.release()) != 0) place_.fail();
        place_.take_name();
    }

private:
    void append(std::string const& line)
    {
        if (bcf_hdr_append(header_, line.c_str()) != 0)
            throw error{place_.path().string() + ": expected a line that VCF can declare, found " +
                        in_quotes(line)};
    }
    void declare(variant_field const& field)
    {
        int const id = bcf_hdr_id2int(header_, BCF_DT_ID, field.key.c_str());
        if (id >= 0 && bcf_hdr_idinfo_exists(header_, BCF_HL_INFO, id)) {
            auto const type = field.text ? BCF_HT_STR : BCF_HT_REAL;
            if (bcf_hdr_id2type(header_, BCF_HL_INFO, id) != static_cast<std::uint32_t>(type) ||
                bcf_hdr_id2length(header_, BCF_HL_INFO, id) != BCF_VL_A)
                throw error{place_.path().string() + ": expected no other field of INFO named " + field.key +
                            " in the annotated file, found one"};
            return;
        }
        std::string text;
        for (char const c : field.description)
            if (c == '"' || c == '\\') text += std::string{'\\', c};
            else text += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
        append("##INFO=<ID=" + field.key + ",Number=A,Type=" + (field.text ? "String" : "Float") +
               ",Description=\"" + text + "\">");
    }
    void require(int result, std::size_t field) const
    {
        if (result < 0)
            throw error{place_.path().string() + ": htslib does not set the field " + fields_[field].key};
    }

    output_place place_;
    bcf_hdr_t* header_;
    std::vector<variant_field> fields_;
    std::unique_ptr<htsFile, detail::hts_file_closer> file_;
    std::vector<float> numbers_;
    bool bcf_ = false;
    int known_contigs_{}, known_ids_{};
};

/// Keys of INFO for names, all different: DELTA_MAX, and DELTA_A_B and DELTA_A_B_2 for A-B and A.B.
inline std::vector<std::string> vcf_keys(std::string_view before, std::span<std::string const> names)
{
    std::vector<std::string> keys;
    std::unordered_set<std::string> taken;
    for (std::string const& name : names) {
        std::string const plain = vcf_key(before, name);
        std::string key = plain;
        for (int n = 2; !taken.insert(key).second; ++n) key = plain + "_" + std::to_string(n);
        keys.push_back(key);
    }
    return keys;
}

} // namespace explainn::EXPLAINN_ABI
#endif
