// The effects of variants on every logit: a stream that is read, scored and passed on.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/stages.hpp>
#include <explainn/interpret/variant_hits.hpp>
#include <explainn/interpret/variant_windows.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// How variants are scored.
struct variant_scoring {
    variant_places places{};
    strands_read
        both_strands{};      ///< logits are the mean over the strands; by default, as the model was trained
    std::size_t batch = 256; ///< alternatives in a batch
};

/// One alternative of a variant, or the variant itself where it has none.
struct scored_allele {
    std::size_t item{};        ///< the number of the variant in the batch
    std::size_t alternative{}; ///< its number among the alternatives of the variant
    variant_verdict verdict{};
    std::size_t row{};          ///< of the deltas, if the verdict is good
    std::string genome_bases{}; ///< the bases of the genome, if REF has others
};

/// Some variants with the scores of a model. `Item` is a variant, or a class derived from it that holds more.
template <class Item, class T>
struct scored_variants {
    std::vector<Item> items;
    std::vector<scored_allele> alleles; ///< of all items, in order
    extent outputs{};
    std::vector<T> deltas;          ///< (rows, O): logit of the alternative minus logit of REF
    std::vector<changed_hits> hits; ///< by row, where they are asked for

    /// The change of logit `output` by an allele whose verdict is good.
    T delta(scored_allele const& a, extent output) const
    {
        return deltas[a.row * static_cast<std::size_t>(outputs) + static_cast<std::size_t>(output)];
    }

    // the arrays from which the deltas are computed
    host_batch letters; // the references, then the alternatives
    std::size_t references{};
    std::vector<std::size_t> row_of_reference; // by alternative
    std::vector<changed_sequence> changes;     // by alternative, without letters
};

/// Scores variants: next(Item&) reads one after the other and returns false at the end; each(scored_variants
/// const&) receives them in batches, in order, with the change of every logit: that of the window with the
/// alternative minus that of the window of the genome (variant_windows), each the mean over the strands where
/// the model reads both. Alternatives that cannot be judged are passed on with their reason. Reading, the
/// model and `each` work at the same time, on threads of their own; memory does not grow with the number of
/// variants. Results are the same for any number of threads and any batch size.
///
/// Throws the exceptions of next, and input_error for a contig that the genome has under a similar name.
///
///     genome hg38{"hg38.fa.gz"};
///     variant_file file{"calls.vcf.gz"};
///     score_variants<variant>(m, hg38, [&](variant& v) { return file.next(v); }, {},
///                             [&](scored_variants<variant, float> const& some) {
///                                 for (auto const& a : some.alleles)
///                                     if (a.verdict == variant_verdict::good) use(some.delta(a, 0));
///                             });
template <std::derived_from<variant> Item, backend B, genome_source G, class Next, class Each>
void score_variants(basic_model<B>& m, G& g, Next next, variant_scoring const& how, Each each,
                    variant_hits<B>* hits = nullptr)
{
    using T = typename B::scalar;
    detail::require_batch(how.batch);
    auto const length = static_cast<std::size_t>(m.length());
    variant_windows<G> windows{g, length, how.places};
    evaluator<B> run{m, {.both_strands = how.both_strands, .batch = how.batch}};
    bool more = true;
    in_stages(
        [&]() -> std::optional<scored_variants<Item, T>> {
            scored_variants<Item, T> some;
            some.outputs = m.outputs();
            std::vector<letter> references, alternatives;
            std::size_t rows = 0;
            while (more && rows < how.batch && some.alleles.size() < 16 * how.batch) {
                Item item;
                more = next(item);
                if (!more) break;
                std::size_t const number = some.items.size();
                variant_verdict const verdict =
                    item.alternatives.empty() ? variant_verdict::no_alternative : windows.look_at(item);
                bool has_reference = false;
                for (std::size_t i = 0; i < std::max<std::size_t>(item.alternatives.size(), 1); ++i) {
                    scored_allele a{number, i, verdict, rows, {}};
                    if (verdict == variant_verdict::good) {
                        alternatives.resize((rows + 1) * length);
                        a.verdict = windows.alternative(i, {alternatives.data() + rows * length, length});
                    } else if (verdict == variant_verdict::other_reference)
                        a.genome_bases = windows.reference_in_genome();
                    if (a.verdict == variant_verdict::good) {
                        if (!std::exchange(has_reference, true)) {
                            references.resize((some.references + 1) * length);
                            windows.reference({references.data() + some.references++ * length, length});
                        }
                        some.row_of_reference.push_back(some.references - 1);
                        some.changes.push_back(
                            {{}, {}, windows.middle(), item.reference.size(), item.alternatives[i].size()});
                        ++rows;
                    }
                    some.alleles.push_back(std::move(a));
                }
                some.items.push_back(std::move(item));
            }
            if (some.items.empty()) return std::nullopt;
            alternatives.resize(rows * length);
            some.letters.letters = std::move(references);
            some.letters.letters.insert(some.letters.letters.end(), alternatives.begin(), alternatives.end());
            some.letters.count = static_cast<extent>(some.references + rows);
            return some;
        },
        [&](scored_variants<Item, T>& some) {
            if (some.letters.count == 0) return;
            auto const y = run.logits(some.letters);
            auto const outputs = static_cast<std::size_t>(some.outputs);
            std::size_t const rows = some.row_of_reference.size();
            some.deltas.resize(rows * outputs);
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t o = 0; o < outputs; ++o)
                    some.deltas[r * outputs + o] = y.data[(some.references + r) * outputs + o] -
                                                   y.data[some.row_of_reference[r] * outputs + o];
            if (hits == nullptr) return;
            for (std::size_t r = 0; r < rows; ++r) {
                letter const* const all = some.letters.letters.data();
                some.changes[r].before = {all + some.row_of_reference[r] * length, length};
                some.changes[r].after = {all + (some.references + r) * length, length};
            }
            some.hits = (*hits)(some.changes);
        },
        [&](scored_variants<Item, T>& some) { each(std::as_const(some)); });
}

} // namespace explainn::EXPLAINN_ABI
