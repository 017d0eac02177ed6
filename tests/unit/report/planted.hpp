// Sequences in which motifs were planted, so that what a model should learn from them is known.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/io/dataset.hpp>

namespace planted {

/// Where a site of a motif was put.
struct site {
    std::size_t sequence = 0, motif = 0, begin = 0, end = 0;
    bool reverse = false;
};

/// Sequences with their labels and what was planted in them.
struct truth {
    explainn::dataset data;
    std::vector<site> sites;
};

/// A word drawn from a motif, column by column.
inline std::string word_of(explainn::motif const& m, explainn::random_numbers& draw)
{
    std::string word;
    for (auto const& c : m.probabilities.columns) {
        double at = draw.uniform();
        std::size_t b = 0;
        while (b < 3 && at >= c[b]) at -= c[b++];
        word += "ACGT"[b];
    }
    return word;
}
inline std::string turned(std::string const& word)
{
    std::string out;
    for (auto at = word.rbegin(); at != word.rend(); ++at)
        out += *at == 'A' ? 'T' : *at == 'C' ? 'G' : *at == 'G' ? 'C' : 'A';
    return out;
}

/// `count` random sequences of `length` bases; each motif stands in half of them, on either strand, anywhere
/// where none overlaps. The task `bound` is 1 where motif 0 stands and motif 1 does not: motif 0 raises it,
/// motif 1 lowers it. The task `other` is 1 where motif 2 stands. One label of twenty is turned round.
inline truth plant(std::vector<explainn::motif> const& motifs, std::size_t count, std::size_t length,
                   std::uint64_t from)
{
    explainn::random_numbers draw{explainn::seed{from}, explainn::stream::tests};
    explainn::packed_sequences sequences;
    std::vector<std::vector<float>> labels;
    std::vector<site> sites;
    for (std::size_t i = 0; i < count; ++i) {
        std::string s;
        for (std::size_t k = 0; k < length; ++k) s += "ACGT"[draw.below(4)];
        std::vector<bool> there(motifs.size()), taken(length);
        for (std::size_t m = 0; m < motifs.size(); ++m) {
            there[m] = draw.below(2) == 1;
            if (!there[m]) continue;
            site here{i, m, 0, 0, draw.below(2) == 1};
            std::string word = word_of(motifs[m], draw);
            if (here.reverse) word = turned(word);
            bool free = false;
            while (!free) {
                here.begin = draw.below(static_cast<std::uint32_t>(length - word.size() + 1));
                here.end = here.begin + word.size();
                free = true;
                for (std::size_t k = here.begin; k < here.end; ++k) free = free && !taken[k];
            }
            for (std::size_t k = here.begin; k < here.end; ++k) taken[k] = true;
            s.replace(here.begin, word.size(), word);
            sites.push_back(here);
        }
        sequences.append("chr" + std::to_string(i % 5 + 1) + ":" + std::to_string(1000 * i) + "-" +
                             std::to_string(1000 * i + length),
                         s);
        auto const noisy = [&](bool label) { return static_cast<float>(label != (draw.below(20) == 0)); };
        labels.push_back({noisy(there[0] && !there[1]), noisy(there[2])});
    }
    explainn::label_matrix matrix{2};
    for (auto const& row : labels) matrix.append(row);
    return {explainn::dataset{std::move(sequences), {"bound", "other"}, std::move(matrix)}, std::move(sites)};
}

/// `count` random sequences that hold a word of motif `first` and one of motif `second`. In half of them the
/// second begins `gap` bases behind the end of the first, both on the forward strand, and the label is 1; in
/// the others it stands anywhere else, on either strand. So neither motif says anything by itself: only their
/// spacing does.
inline truth plant_spacing(explainn::motif const& first, explainn::motif const& second, std::size_t gap,
                           std::size_t count, std::size_t length, std::uint64_t from)
{
    explainn::random_numbers draw{explainn::seed{from}, explainn::stream::tests};
    explainn::packed_sequences sequences;
    explainn::label_matrix matrix{1};
    std::vector<site> sites;
    std::size_t const a = first.width(), b = second.width();
    for (std::size_t i = 0; i < count; ++i) {
        std::string s;
        for (std::size_t k = 0; k < length; ++k) s += "ACGT"[draw.below(4)];
        bool const spaced = draw.below(2) == 1;
        std::string one = word_of(first, draw), other = word_of(second, draw);
        auto const place = [&](std::size_t width) {
            return std::size_t{draw.below(static_cast<std::uint32_t>(length - width + 1))};
        };
        site at{i, 0, 0, 0, false}, behind{i, 1, 0, 0, false};
        if (spaced) {
            at.begin = place(a + gap + b);
            behind.begin = at.begin + a + gap;
        } else {
            behind.reverse = draw.below(2) == 1;
            if (behind.reverse) other = turned(other);
            do {
                at.begin = place(a);
                behind.begin = place(b);
            } while ((behind.begin < at.begin + a && at.begin < behind.begin + b) ||
                     (!behind.reverse && behind.begin == at.begin + a + gap));
        }
        at.end = at.begin + a;
        behind.end = behind.begin + b;
        s.replace(at.begin, a, one);
        s.replace(behind.begin, b, other);
        sites.push_back(at);
        sites.push_back(behind);
        sequences.append("pair" + std::to_string(i), s);
        matrix.append(std::vector<float>{spaced ? 1.0f : 0.0f});
    }
    return {explainn::dataset{std::move(sequences), {"spaced"}, std::move(matrix)}, std::move(sites)};
}

/// A contig with planted sites; `sequence` of a site is the number of the contig.
struct contig {
    std::string name, bases;
};

/// A change of one base of a contig, `position` from 0.
struct change {
    std::size_t contig = 0, position = 0;
    char alternative = 'N';
    bool breaks = false; ///< a planted site
};

/// A synthetic genome, the sites that were planted in it, and SNVs: one at the most informative base of every
/// site, to the base that the motif likes least, and as many at random bases outside of all sites.
struct synthetic_genome {
    std::vector<contig> contigs;
    std::vector<site> sites;
    std::vector<change> changes; ///< by contig and position

    /// FASTA with lines of 60 bases.
    std::string fasta() const
    {
        std::string text;
        for (contig const& c : contigs) {
            text += ">" + c.name + " made up\n";
            for (std::size_t at = 0; at < c.bases.size(); at += 60) text += c.bases.substr(at, 60) + "\n";
        }
        return text;
    }
    /// The SNVs as VCF; those that break a site are called broken1, ..., the others free1, ...
    std::string vcf() const
    {
        std::string text = "##fileformat=VCFv4.2\n";
        for (contig const& c : contigs)
            text += "##contig=<ID=" + c.name + ",length=" + std::to_string(c.bases.size()) + ">\n";
        text += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        std::size_t counts[2]{};
        for (change const& x : changes)
            text += contigs[x.contig].name + "\t" + std::to_string(x.position + 1) + "\t" +
                    (x.breaks ? "broken" : "free") + std::to_string(++counts[x.breaks]) + "\t" +
                    contigs[x.contig].bases[x.position] + "\t" + x.alternative + "\t.\tPASS\t.\n";
        return text;
    }
};

/// Contigs of `length` bases with a site in every `every` bases, of each motif in turn, on either strand.
inline synthetic_genome plant_genome(std::vector<explainn::motif> const& motifs, std::size_t contigs,
                                     std::size_t length, std::size_t every, std::uint64_t from)
{
    explainn::random_numbers draw{explainn::seed{from}, explainn::stream::tests, 1};
    synthetic_genome all;
    for (std::size_t c = 0; c < contigs; ++c) {
        std::string s;
        for (std::size_t k = 0; k < length; ++k) s += "ACGT"[draw.below(4)];
        std::vector<bool> taken(length);
        for (std::size_t at = every; at + every <= length; at += every) {
            std::size_t const m = all.sites.size() % motifs.size();
            bool const reverse = draw.below(2) == 1;
            std::string word = word_of(motifs[m], draw);
            if (reverse) word = turned(word);
            s.replace(at, word.size(), word);
            for (std::size_t k = at; k < at + word.size(); ++k) taken[k] = true;
            all.sites.push_back({c, m, at, at + word.size(), reverse});
            // the column that has the likeliest base, among those where the word has it, and its unlikeliest
            // base
            auto const& columns = motifs[m].probabilities.columns;
            change broken{c, at, 'N', true};
            double best = -1;
            for (std::size_t k = 0; k < columns.size(); ++k) {
                std::size_t const place = reverse ? at + columns.size() - 1 - k : at + k;
                std::string const base = reverse ? turned({s[place]}) : std::string{s[place]};
                auto const likely = columns[k][std::string{"ACGT"}.find(base)];
                if (likely <= best) continue;
                best = likely;
                std::size_t worst = 0;
                for (std::size_t b = 0; b < 4; ++b)
                    if (columns[k][b] < columns[k][worst]) worst = b;
                std::string const to(1, "ACGT"[worst]);
                broken.position = place;
                broken.alternative = reverse ? turned(to).front() : to.front();
            }
            all.changes.push_back(broken);
        }
        for (std::size_t n = all.changes.size(), i = 0; i < n; ++i) {
            if (all.changes[i].contig != c) continue;
            std::size_t place = 0;
            do place = draw.below(static_cast<std::uint32_t>(length));
            while (taken[place]);
            taken[place] = true; // no place twice
            std::size_t const was = std::string{"ACGT"}.find(s[place]);
            all.changes.push_back({c, place, "ACGT"[(was + 1 + draw.below(3)) % 4]});
        }
        all.contigs.push_back({"chr" + std::to_string(c + 1), s});
    }
    std::sort(all.changes.begin(), all.changes.end(), [](change const& a, change const& b) {
        return a.contig != b.contig ? a.contig < b.contig : a.position < b.position;
    });
    return all;
}

} // namespace planted
