// explain variants: what the variants of a VCF or BCF file do to every logit.
#pragma once
#include <memory>
#include <string>

#include "common/unit_labels.hpp"
#include "explain/model.hpp"

#if __has_include(<htslib/vcf.h>)
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <explainn/genome/contig_names.hpp>
#include <explainn/genome/genome.hpp>
#include <explainn/genome/variant_file.hpp>
#include <explainn/genome/variant_writer.hpp>
#include <explainn/interpret/variant_background.hpp>
#include <explainn/interpret/variant_effects.hpp>
#include <explainn/io/fasta.hpp>
#endif

namespace explain_program {

struct variants_options : model_options {
    std::string vcf, genome, region, annotated, left_out, contig_names, hits_from, names;
    bool units = false;
    double hit_share = 0.5;
    std::size_t background = 0;
    ex::seed from{1};
};

#if __has_include(<htslib/vcf.h>)

/// A variant with the record that is written again.
struct recorded_variant : ex::variant {
    ex::variant_record record;
};

/// The tables and the annotated file that variants are written into.
class variants_output {
public:
    variants_output(variants_options const& o, opened const& m, ex::variant_file& in, ex::genome const& g,
                    ex::contig_renames const& names, shared::unit_labels units,
                    std::optional<ex::effect_ranks> ranks)
        : o_{o}, tasks_{m.tasks()}, units_{std::move(units)}, ranks_{std::move(ranks)}, table_{o.out}
    {
        table_ << "chrom\tpos\tid\tref\talt";
        for (auto const& task : tasks_) table_ << '\t' << ex::table_field(task);
        if (ranks_)
            for (auto const& task : tasks_) table_ << '\t' << ex::table_field(task) << " percentile";
        if (o_.units) table_ << "\tgained\tlost";
        table_ << '\n';
        if (!o_.left_out.empty()) {
            left_out_.emplace(o_.left_out);
            *left_out_ << "chrom\tpos\tid\tref\talt\treason\tgenome\n";
        }
        if (!o_.annotated.empty()) writer_.emplace(o_.annotated, in, fields(), contigs_of(names, g));
    }

    void write(ex::scored_variants<recorded_variant, float> const& some)
    {
        for (std::size_t first = 0; first < some.alleles.size();) {
            std::size_t last = first + 1;
            while (last < some.alleles.size() && some.alleles[last].item == some.alleles[first].item) ++last;
            auto const& item = some.items[some.alleles[first].item];
            for (std::size_t i = first; i < last; ++i) write_row(some, item, some.alleles[i]);
            if (writer_) annotate(some, *item.record, {some.alleles.data() + first, last - first});
            ++variants_;
            first = last;
        }
    }
    /// Everything takes its name. Throws error where there were variants and none could be scored.
    void commit()
    {
        std::uint64_t const scored = counts_[0];
        std::string reasons;
        for (std::size_t v = 1; v < counts_.size(); ++v)
            if (counts_[v] > 0)
                reasons += (reasons.empty() ? "" : ", ") + std::to_string(counts_[v]) + " " +
                           std::string{ex::word_of(static_cast<ex::variant_verdict>(v))};
        if (scored == 0 && variants_ > 0)
            throw ex::error{o_.vcf + ": expected variants that can be scored, found none in " +
                            std::to_string(variants_) + " (" + reasons + ")" +
                            (first_mismatch_.empty() ? "" : "; the first: " + first_mismatch_)};
        std::uint64_t const mismatches = count(ex::variant_verdict::other_reference);
        if (mismatches > shown) std::cerr << "warning: REF differs in " << mismatches - shown << " more\n";
        if (mismatches > scored)
            std::cerr << "warning: REF differs from the genome in more variants than not: is " << o_.genome
                      << " the assembly of " << o_.vcf << "?\n";
        if (left_out_) left_out_->commit();
        if (writer_) writer_->commit();
        table_.commit();
        std::cerr << scored << " alternatives of " << variants_ << " variants scored into " << o_.out;
        if (!reasons.empty()) std::cerr << "; left out: " << reasons;
        std::cerr << '\n';
    }

private:
    static constexpr std::uint64_t shown = 10;

    std::uint64_t count(ex::variant_verdict v) const { return counts_[static_cast<std::size_t>(v)]; }
    // where the header declares no contig, those of the genome, by the names that the variants' file has for
    // them
    static std::vector<ex::contig> contigs_of(ex::contig_renames const& names, ex::genome const& g)
    {
        std::vector<ex::contig> all(g.contigs().begin(), g.contigs().end());
        for (auto const& [theirs, ours] : names)
            if (auto const i = g.contigs().find(ours)) all[*i].name = theirs;
        return all;
    }
    std::vector<ex::variant_field> fields()
    {
        std::vector<ex::variant_field> all;
        auto const strands = o_.forward_only ? " (forward strand)" : "";
        auto const keys = ex::vcf_keys("DELTA_", tasks_);
        for (std::size_t t = 0; t < tasks_.size(); ++t)
            all.push_back({keys[t], false,
                           "Change of the logit of " + tasks_[t] + ", alternative less reference" + strands});
        if (ranks_) {
            auto const ranked = ex::vcf_keys("PERCENTILE_", tasks_);
            for (std::size_t t = 0; t < tasks_.size(); ++t)
                all.push_back({ranked[t], false,
                               "Percent of random SNVs of the same regions whose change of the logit of " +
                                   tasks_[t] + " is smaller"});
        }
        if (o_.units) {
            all.push_back(
                {"UNITS_GAINED", true, "Units that have a hit in the alternative alone, | between"});
            all.push_back({"UNITS_LOST", true, "Units that have a hit in the reference alone, | between"});
        }
        all.push_back({"NOT_SCORED", true, "Why the alternative was not scored"});
        return all;
    }
    // "filter3:CTCF|filter7": a value of INFO holds no blank, comma, semicolon or equals sign
    std::string names(std::vector<ex::extent> const& units) const
    {
        std::string text;
        for (ex::extent const u : units) {
            std::string one = units_.label(static_cast<std::size_t>(u));
            for (char& c : one)
                if (std::string_view{" ,;=|\t"}.find(c) != std::string_view::npos) c = '_';
            text += (text.empty() ? "" : "|") + one;
        }
        return text;
    }
    void write_row(ex::scored_variants<recorded_variant, float> const& some, ex::variant const& v,
                   ex::scored_allele const& a)
    {
        ++counts_[static_cast<std::size_t>(a.verdict)];
        std::string const alternative = v.alternatives.empty() ? "." : v.alternatives[a.alternative];
        bool const good = a.verdict == ex::variant_verdict::good;
        if (a.verdict == ex::variant_verdict::other_reference) tell(v, a);
        if (!good && !left_out_) return;
        auto& out = good ? table_ : *left_out_;
        out << ex::table_field(v.contig) << '\t' << std::to_string(v.position) << '\t'
            << ex::table_field(v.id) << '\t' << ex::table_field(v.reference) << '\t'
            << ex::table_field(alternative);
        if (!good) {
            out << '\t' << ex::word_of(a.verdict) << '\t' << a.genome_bases << '\n';
            return;
        }
        for (ex::extent t = 0; t < some.outputs; ++t) out << '\t' << ex::float_text(some.delta(a, t));
        if (ranks_)
            for (ex::extent t = 0; t < some.outputs; ++t)
                out << '\t'
                    << ex::number_text(ranks_->percentile(static_cast<std::size_t>(t), some.delta(a, t)), 6);
        if (o_.units) out << '\t' << names(some.hits[a.row].gained) << '\t' << names(some.hits[a.row].lost);
        out << '\n';
    }
    void tell(ex::variant const& v, ex::scored_allele const& a)
    {
        if (a.alternative == 0 && count(ex::variant_verdict::other_reference) <= shown) {
            std::string const text = v.contig + ":" + std::to_string(v.position) + ": REF is " +
                                     ex::in_quotes(v.reference) + ", and the genome has " +
                                     ex::in_quotes(a.genome_bases);
            if (first_mismatch_.empty()) first_mismatch_ = text;
            std::cerr << "warning: " << text << "; it is left out\n";
        }
    }
    void annotate(ex::scored_variants<recorded_variant, float> const& some, bcf1_t& record,
                  std::span<ex::scored_allele const> alleles)
    {
        if (alleles[0].verdict == ex::variant_verdict::no_alternative) {
            writer_->write(record);
            return;
        }
        std::vector<float> values(alleles.size());
        std::vector<std::string> texts(alleles.size());
        auto const good = [&](std::size_t i) { return alleles[i].verdict == ex::variant_verdict::good; };
        bool any = false, all = true;
        for (std::size_t i = 0; i < alleles.size(); ++i) {
            any = any || good(i);
            all = all && good(i);
        }
        std::size_t field = 0;
        auto const numbers = [&](auto of) {
            for (std::size_t t = 0; t < tasks_.size(); ++t, ++field) {
                for (std::size_t i = 0; i < alleles.size(); ++i)
                    values[i] = good(i) ? of(t, some.delta(alleles[i], static_cast<ex::extent>(t)))
                                        : std::numeric_limits<float>::quiet_NaN();
                if (any) writer_->set(record, field, values);
            }
        };
        auto const words = [&](auto of) {
            for (std::size_t i = 0; i < alleles.size(); ++i) texts[i] = of(i);
            if (std::any_of(texts.begin(), texts.end(), [](auto const& text) { return !text.empty(); }))
                writer_->set(record, field, texts);
            ++field;
        };
        numbers([](std::size_t, float delta) { return delta; });
        if (ranks_)
            numbers(
                [&](std::size_t t, float delta) { return static_cast<float>(ranks_->percentile(t, delta)); });
        if (o_.units) {
            words([&](std::size_t i) {
                return good(i) ? names(some.hits[alleles[i].row].gained) : std::string{};
            });
            words([&](std::size_t i) {
                return good(i) ? names(some.hits[alleles[i].row].lost) : std::string{};
            });
        }
        if (!all)
            words([&](std::size_t i) {
                return good(i) ? std::string{} : std::string{ex::word_of(alleles[i].verdict)};
            });
        writer_->write(record);
    }

    variants_options const& o_;
    std::vector<std::string> tasks_;
    shared::unit_labels units_;
    std::optional<ex::effect_ranks> ranks_;
    ex::output_file table_;
    std::optional<ex::output_file> left_out_;
    std::optional<ex::variant_writer> writer_;
    std::array<std::uint64_t, ex::variant_verdicts> counts_{};
    std::uint64_t variants_ = 0;
    std::string first_mismatch_;
};

/// A sample of the variants of a file, which is read to its end.
inline ex::variant_sample sample_of(variants_options const& o, std::size_t most)
{
    ex::variant_sample sample{most, o.from};
    ex::variant_file file{o.vcf, {.region = o.region}};
    for (ex::variant v; file.next(v);) {
        if (interrupted()) throw interruption{"interrupted"};
        if (!v.alternatives.empty()) sample.add(v);
    }
    return sample;
}

/// The changes of all logits by random SNVs of the regions of the file's variants.
inline ex::effect_ranks ranks_of(variants_options const& o, opened& m, ex::genome& g,
                                 ex::variant_places const& places)
{
    auto const sample = sample_of(o, o.background);
    auto const random = ex::random_variants(g, m.length(), places, sample.places(), o.background, o.from);
    std::vector<float> deltas;
    std::size_t at = 0;
    ex::score_variants<ex::variant>(
        m.model, g,
        [&](ex::variant& v) {
            if (at == random.size()) return false;
            v = random[at++];
            return true;
        },
        {.both_strands = o.strands()},
        [&](ex::scored_variants<ex::variant, float> const& some) {
            deltas.insert(deltas.end(), some.deltas.begin(), some.deltas.end());
        });
    return {deltas, m.tasks().size()};
}

/// The sequences in which units have their largest activation: a file's, or the windows of the variants.
inline ex::packed_sequences hit_sequences(variants_options const& o, std::size_t length, ex::genome& g,
                                          ex::variant_places const& places)
{
    ex::packed_sequences all;
    if (!o.hits_from.empty()) {
        ex::sized_reader file{o.hits_from, length};
        while (file.next(all)) {}
        return all;
    }
    auto const sample = sample_of(o, 10000);
    ex::variant_windows<ex::genome> windows{g, length, places};
    std::vector<ex::letter> letters(length);
    for (ex::variant const& v : sample.places())
        if (windows.look_at(v) == ex::variant_verdict::good) {
            windows.reference(letters);
            all.append(v.id, letters);
        }
    return all;
}

inline void run_variants(variants_options const& o)
{
    shared::require_own_files({{"--out", o.out}, {"--annotated", o.annotated}, {"--left-out", o.left_out}},
                              {{"--model", o.model},
                               {"--vcf", o.vcf},
                               {"--genome", o.genome},
                               {"--contig-names", o.contig_names},
                               {"--hits-from", o.hits_from},
                               {"--names", o.names}});
    bool const twice = o.background > 0 || (o.units && o.hits_from.empty());
    std::error_code code;
    if (twice && (o.vcf == "-" || !std::filesystem::is_regular_file(o.vcf, code)) &&
        (o.vcf == "-" || std::filesystem::exists(o.vcf, code)))
        throw ex::error{"--vcf: expected a file that can be read twice for --background and --units, found " +
                        ex::in_quotes(o.vcf)};
    opened m = open(o);
    ex::genome g{o.genome};
    ex::variant_places places{o.vcf, {}};
    if (!o.contig_names.empty()) places.contig_names = ex::read_contig_names(o.contig_names);
    ex::variant_file in{o.vcf, {.region = o.region, .records = !o.annotated.empty()}};
    std::optional<ex::effect_ranks> ranks;
    if (o.background > 0) ranks = ranks_of(o, m, g, places);
    std::optional<ex::variant_hits<device>> hits;
    if (o.units)
        hits.emplace(m.model, hit_sequences(o, m.length(), g, places),
                     ex::reading{.both_strands = o.strands()}, o.hit_share);
    variants_output out{
        o, m, in, g, places.contig_names, {o.names, ex::units_of(m.model.rows())}, std::move(ranks)};
    ex::score_variants<recorded_variant>(
        m.model, g,
        [&](recorded_variant& v) {
            if (!in.next(v)) return false;
            if (!o.annotated.empty()) v.record = in.record();
            return true;
        },
        {.places = places, .both_strands = o.strands()},
        [&](ex::scored_variants<recorded_variant, float> const& some) {
            if (interrupted()) throw interruption{"interrupted; nothing was written"};
            out.write(some);
        },
        hits ? &*hits : nullptr);
    out.commit();
}

#else

inline void run_variants(variants_options const&)
{
    throw ex::error{
        "this program was built without htslib (package libhts-dev), which reads variants and genomes"};
}

#endif

inline void add_variants(CLI::App& app)
{
    auto const o = std::make_shared<variants_options>();
    CLI::App* const c = app.add_subcommand(
        "variants",
        "what every variant of a VCF or BCF file does to every logit: alternative less reference");
    add_model(*c, *o);
    c->add_option("--vcf", o->vcf, "VCF (plain, gzip, bgzip) or BCF (- is standard input)")->required();
    c->add_option("--genome", o->genome,
                  "FASTA (plain or bgzip are read in place) or 2bit of the variants' assembly")
        ->required();
    c->add_option(
        "--region", o->region,
        "only variants whose POS lies there: chr1, chr1:1000-2000 (from 1); needs an index (.tbi, .csi)");
    c->add_option("--annotated", o->annotated,
                  "also the variants with INFO fields of ours: .vcf, .vcf.gz (bgzip) or .bcf");
    c->add_option("--left-out", o->left_out, "also a table of the variants that cannot be scored, and why");
    c->add_option("--contig-names", o->contig_names,
                  "table of two columns: the name of a contig in the variants' file, and in the genome");
    c->add_option(
         "--background", o->background,
         "also the percentile of every change among so many random SNVs of the same regions (0: none)")
        ->check(in_range(0, 100000000));
    c->add_option("--seed", o->from.value, "what the random SNVs follow from");
    c->add_flag("--units", o->units, "also the units that gain or lose a motif hit (default: no)");
    c->add_option("--hit-share", o->hit_share,
                  "a hit activates a unit more than this share of its largest activation")
        ->check(in_range(0.0, 1.0));
    c->add_option(
        "--hits-from", o->hits_from,
        "FASTA in which the largest activations are looked for, as the training sequences (default: the "
        "windows of up to 10,000 of the variants)");
    shared::add_names(*c, o->names);
    c->callback([o] { run_variants(*o); });
}

} // namespace explain_program
