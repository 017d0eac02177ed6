// Classes of reads, from SELEX, SMiLE-seq and the like, as sequences with labels.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/genomics/shuffle.hpp>
#include <explainn/io/reads_file.hpp>
#include <explainn/prepare/class_name.hpp>
#include <explainn/prepare/read_counts.hpp>
#include <explainn/prepare/read_pairs.hpp>
#include <explainn/prepare/read_rules.hpp>

namespace explainn::EXPLAINN_ABI {

/// What the labels of reads are: a 1 for the class a read is of, or how often it was read in each class.
enum class row_labels { classes, counts };
/// What becomes of a sequence that was read in several classes: a row of each, a row of the last class alone
/// (what is read in a late cycle was bound, wherever else it was read), or none.
enum class shared_reads { each, last, none };

/// How rows are made of counted reads.
struct read_choice {
    row_labels labels = row_labels::classes;
    shared_reads shared = shared_reads::each;
    bool every_read = false;  ///< a row for each time a sequence was read, or one row for all of them
    std::size_t per_class{};  ///< rows of a class at most, chosen at random; 0: all
    bool balanced = false;    ///< as many rows of each class as the smallest has
    std::string background{}; ///< the class whose rows have 0 in every column, and no column of its own
    double shuffled{};        ///< shuffles of each row that keep its pairs of bases, with 0 in every column
    seed from{};
};

/// The reads of one class, and what became of them.
struct read_tally {
    std::string name;                                ///< of the class
    std::uint64_t reads{};                           ///< all that were there
    std::array<std::uint64_t, read_fates> by_fate{}; ///< see read_fate; those kept include duplicates
    std::uint64_t pairs_apart{};                     ///< pairs whose two reads do not overlap

    std::uint64_t of(read_fate fate) const { return by_fate[static_cast<std::size_t>(fate)]; }
};

/// A layout of the paper (Novakovsky et al. 2023, Methods), by name: what is clipped, how long reads are
/// then.
struct read_preset {
    std::string_view name;
    std::size_t clip_left, clip_right, length;
    double shuffled; ///< shuffles of each read
};
/// HT-SELEX: 40 random bases, each cycle a class, nothing to clip. SMiLE-seq: 101 bases, of which 7 and 64
/// are clipped and 30 random ones stay; the negatives are shuffles.
inline constexpr std::array<read_preset, 2> read_presets{
    {{"ht-selex", 0, 0, 40, 0}, {"smile-seq", 7, 64, 30, 1}}};

/// Reads files class by class, and counts what is kept of them.
///
///     read_counter counter{{.length = 20}};
///     counter.add("cycle4.fastq.gz", "cycle4");
///     counter.finish();
///     counter.counts().size();                         // distinct sequences
class read_counter {
public:
    explicit read_counter(read_rules rules, pair_rules pairs = {}) : rules_{std::move(rules)}, pairs_{pairs}
    {
        require_rules(rules_);
    }

    /// Adds the reads of a file to the class of this name or, where it is empty, to one named as the file
    /// without its folder and endings. The columns of a table of counts are classes of their own: named as in
    /// the table or, where there is a name here, NAME_cycle0, NAME_cycle1, ... Throws input_error as
    /// reads_file does, and where two files would give one class its name.
    void add(std::filesystem::path const& path, std::string const& name = {},
             read_columns const& columns = {})
    {
        reads_file file{path, columns};
        std::vector<std::size_t> classes;
        if (file.count_names().empty())
            classes.push_back(name.empty() ? class_named_as(path) : class_of(name));
        for (auto const& each : file.count_names())
            classes.push_back(class_of(name.empty() ? each : name + "_" + each));
        std::size_t reads = 0;
        for (sequencing_read read; next(file, read); ++reads) {
            if (read.counts.empty()) take(read, file, classes[0], 1);
            for (std::size_t i = 0; i < read.counts.size(); ++i)
                if (read.counts[i] > 0) take(read, file, classes[i], read.counts[i]);
        }
        if (reads == 0) throw input_error{path, 0, "sequencing reads", "none"};
    }
    /// Adds pairs of reads, as read_pairs joins them, to the class of this name, or of the first file's.
    void add_pairs(std::filesystem::path const& first, std::filesystem::path const& second,
                   std::string const& name = {})
    {
        read_pairs pairs{first, second, pairs_};
        std::size_t const in_class = name.empty() ? class_named_as(first) : class_of(name);
        std::size_t reads = 0;
        for (sequencing_read read; pairs.next(read); ++reads) {
            if (stop_ && ++asked_ % 65536 == 0) stop_(asked_);
            take(read, pairs.file(), in_class, 1);
        }
        tallies_[in_class].pairs_apart += pairs.apart();
        tallies_[in_class].reads += pairs.apart();
        if (reads + pairs.apart() == 0) throw input_error{first, 0, "sequencing reads", "none"};
    }
    /// Called now and then with the number of reads so far; it may throw.
    void on_progress(std::function<void(std::size_t)> f) { stop_ = std::move(f); }

    /// To be called once, after the last file: settles the length where the rules name none (the one that
    /// most reads have, the longer one where two are as frequent) and leaves out classes of tables of which
    /// nothing was read. Throws error where nothing stays in a class, with what became of its reads.
    void finish()
    {
        if (rules_.length == 0) settle_length();
        for (std::size_t c = 0; c < tallies_.size(); ++c) {
            auto const& t = tallies_[c];
            if (t.reads == 0) continue; // a column of zeros
            if (t.of(read_fate::kept) > 0) {
                classes_.push_back(c);
                continue;
            }
            std::string text = "expected reads that stay in the class " + in_quotes(t.name) +
                               ", found none of " + std::to_string(t.reads) + ":";
            for (std::size_t f = 1; f < read_fates; ++f)
                if (t.by_fate[f] > 0)
                    text += " " + std::to_string(t.by_fate[f]) + " " + std::string{fate_names[f]} + ",";
            if (t.pairs_apart > 0) text += " " + std::to_string(t.pairs_apart) + " pairs do not overlap,";
            text.pop_back();
            if (auto const usual = usual_size(); usual > 0)
                text += "; most reads have " + std::to_string(usual) + " bases, of which " +
                        std::to_string(rules_.clip_left) + " and " + std::to_string(rules_.clip_right) +
                        " are clipped and " + std::to_string(rules_.length) + " are to stay";
            throw error{text};
        }
        if (classes_.empty()) throw error{"expected reads in some class, found none"};
    }

    read_rules const& rules() const { return rules_; }
    /// Bases of every read that stays; 0 before finish().
    std::size_t length() const { return rules_.length; }
    read_counts const& counts() const { return counts_; }
    /// The classes of which there are reads, as numbers in counts(), in the order of the files.
    std::vector<std::size_t> const& classes() const { return classes_; }
    /// What became of the reads of each class, by its number in counts().
    std::vector<read_tally> const& tallies() const { return tallies_; }

private:
    std::size_t class_of(std::string const& name)
    {
        if (name.empty() || name.find_first_of(" \t\r\n") != name.npos)
            throw error{"expected the name of a class without blanks, found " + in_quotes(name)};
        std::size_t const at = counts_.add_class(name);
        if (at == tallies_.size()) {
            tallies_.emplace_back();
            tallies_.back().name = name;
        }
        return at;
    }
    std::size_t class_named_as(std::filesystem::path const& path)
    {
        std::string const name = class_name_of(path);
        auto const [earlier, is_new] = named_as_.emplace(name, path);
        if (!is_new)
            throw error{"expected a name for each of two files whose classes are both named " +
                        in_quotes(name) + ", found none: " + earlier->second.string() + " and " +
                        path.string()};
        return class_of(name);
    }
    bool next(reads_file& file, sequencing_read& read)
    {
        if (stop_ && ++asked_ % 65536 == 0) stop_(asked_);
        return file.next(read);
    }
    void take(sequencing_read const& read, reads_file const& file, std::size_t in_class, std::uint32_t times)
    {
        std::string_view bases;
        read_fate const fate = clip_read(read, rules_, file, bases);
        auto& tally = tallies_[in_class];
        tally.reads += times;
        tally.by_fate[static_cast<std::size_t>(fate)] += times;
        if (fate == read_fate::kept) counts_.add(bases, in_class, times);
        else sizes_[read.bases.size()] += times;
    }
    // the size of most reads that were left out
    std::size_t usual_size() const
    {
        auto const most = std::max_element(sizes_.begin(), sizes_.end(),
                                           [](auto const& a, auto const& b) { return a.second < b.second; });
        return most == sizes_.end() ? 0 : most->first;
    }
    void settle_length()
    {
        std::map<std::size_t, std::uint64_t> by_length;
        for (std::size_t i = 0; i < counts_.size(); ++i)
            for (std::size_t c = 0; c < tallies_.size(); ++c)
                by_length[counts_[i].size()] += counts_.count(i, c);
        std::uint64_t most = 0;
        for (auto const& [length, reads] : by_length)
            if (reads >= most) {
                most = reads;
                rules_.length = length;
            }
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            std::size_t const size = counts_[i].size();
            if (size == rules_.length) continue;
            auto const fate = size < rules_.length ? read_fate::too_short : read_fate::too_long;
            for (std::size_t c = 0; c < tallies_.size(); ++c) {
                tallies_[c].by_fate[static_cast<std::size_t>(read_fate::kept)] -= counts_.count(i, c);
                tallies_[c].by_fate[static_cast<std::size_t>(fate)] += counts_.count(i, c);
            }
        }
    }

    read_rules rules_;
    pair_rules pairs_;
    read_counts counts_;
    std::vector<read_tally> tallies_;
    std::vector<std::size_t> classes_;
    std::map<std::size_t, std::uint64_t> sizes_;
    std::function<void(std::size_t)> stop_;
    std::size_t asked_{};
    std::map<std::string, std::filesystem::path> named_as_;
};

/// What make_read_rows() did, beside the rows themselves.
struct read_row_tally {
    std::vector<std::size_t> rows{};     ///< by class
    std::vector<std::size_t> distinct{}; ///< sequences of the length by class
    std::size_t shared{};                ///< sequences that were read in several classes
    std::size_t shuffled{};              ///< shuffles
    std::size_t not_shuffled{};          ///< shuffles left out: only sequences that were read came of it
};

/// The names of the columns of labels that make_read_rows() gives.
inline std::vector<std::string> read_tasks(read_counter const& reads, read_choice const& how)
{
    std::vector<std::string> names;
    for (std::size_t const c : reads.classes())
        if (reads.counts().classes()[c] != how.background) names.push_back(reads.counts().classes()[c]);
    if (names.size() + (how.background.empty() ? 0 : 1) != reads.classes().size())
        throw error{"expected the background to be a class of the reads, found " + in_quotes(how.background)};
    if (names.empty()) throw error{"expected a class beside the background, found none"};
    return names;
}

namespace detail {
/// Sequences of a class that become rows: indices into the counts, one for each row.
inline std::vector<std::uint32_t> rows_of_class(read_counter const& reads, read_choice const& how,
                                                std::size_t in_class, std::size_t& distinct)
{
    auto const& counts = reads.counts();
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        std::uint32_t const times = counts.count(i, in_class);
        if (times == 0 || counts[i].size() != reads.length()) continue;
        ++distinct;
        bool in_another = false, in_later = false;
        for (std::size_t const other : reads.classes()) {
            bool const there = other != in_class && counts.count(i, other) > 0;
            in_another = in_another || there;
            in_later = in_later || (there && other > in_class);
        }
        if ((how.shared == shared_reads::none && in_another) ||
            (how.shared == shared_reads::last && in_later))
            continue;
        rows.insert(rows.end(), how.every_read ? times : 1, static_cast<std::uint32_t>(i));
    }
    return rows;
}
/// So many of the elements, chosen at random, in their order.
inline void keep_some(std::vector<std::uint32_t>& rows, std::size_t most, random_numbers draw)
{
    if (rows.size() <= most) return;
    std::vector<std::uint32_t> places(rows.size());
    std::iota(places.begin(), places.end(), 0u);
    draw.shuffle(places);
    places.resize(most);
    std::sort(places.begin(), places.end());
    for (std::size_t k = 0; k < most; ++k) rows[k] = rows[places[k]];
    rows.resize(most);
}
/// Calls add(name, bases) for the shuffles of a row. A shuffle that is itself among the reads is drawn again,
/// and left out after twenty draws.
template <class Add>
void shuffle_read(std::string const& name, std::string_view bases, std::uint32_t row,
                  read_counts const& known, read_choice const& how, read_row_tally& tally, Add&& add)
{
    std::vector<letter> letters(bases.size());
    std::transform(bases.begin(), bases.end(), letters.begin(), letter_of);
    random_numbers draw{how.from, stream::shuffles, row};
    auto const first = std::floor(how.shuffled * row), end = std::floor(how.shuffled * (row + 1.0));
    std::string text(bases.size(), 'N');
    for (double k = first; k < end; ++k) {
        bool good = false;
        for (int tries = 0; tries < 20 && !good; ++tries) {
            auto const mixed = dinucleotide_shuffle(letters, draw);
            std::transform(mixed.begin(), mixed.end(), text.begin(), char_of);
            good = !known.has(text);
        }
        if (!good) {
            ++tally.not_shuffled;
            continue;
        }
        ++tally.shuffled;
        std::string const number =
            end - first > 1 ? "_" + std::to_string(static_cast<long>(k - first) + 1) : "";
        add("shuffled_" + name + number, std::string_view{text});
    }
}
} // namespace detail

/// Makes rows of counted reads and calls add(name, bases, labels, reads) for each, `reads` being how often
/// the row's sequence was read in its class (0 for a shuffle). Classes come in their order, sequences in the
/// order in which they were first read, shuffles last; the same seed gives the same rows. With
/// row_labels::counts there is one row a sequence, and its labels are its counts.
template <class Add>
read_row_tally make_read_rows(read_counter const& reads, read_choice const& how, Add&& add)
{
    auto const& counts = reads.counts();
    auto const& classes = reads.classes();
    std::vector<std::string> const tasks = read_tasks(reads, how);
    if (!(how.shuffled >= 0 && how.shuffled <= 100))
        throw error{"expected a number of shuffles a row from 0 to 100"};
    bool const by_count = how.labels == row_labels::counts;
    if (by_count && (!how.background.empty() || how.shuffled > 0 || how.every_read))
        throw error{"expected counts as labels without a background class, shuffles or a row for every read"};
    read_row_tally tally;
    std::vector<std::vector<std::uint32_t>> rows;
    std::vector<float> labels(tasks.size());
    if (by_count) {
        // every sequence once, whichever class it was read in
        std::vector<std::uint32_t> all;
        for (std::size_t i = 0; i < counts.size(); ++i)
            if (counts[i].size() == reads.length()) all.push_back(static_cast<std::uint32_t>(i));
        tally.distinct.push_back(all.size());
        rows.push_back(std::move(all));
    } else {
        for (std::size_t const c : classes)
            rows.push_back(detail::rows_of_class(reads, how, c, tally.distinct.emplace_back()));
        for (std::size_t k = 0; k < rows.size(); ++k)
            if (rows[k].empty())
                throw error{"expected rows of every class, found none of " +
                            in_quotes(counts.classes()[classes[k]]) +
                            ": all its sequences were read in other classes too"};
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i].size() != reads.length()) continue;
        std::size_t in = 0;
        for (std::size_t const c : classes) in += counts.count(i, c) > 0 ? 1u : 0u;
        tally.shared += in > 1 ? 1 : 0;
    }
    std::size_t most = how.per_class > 0 ? how.per_class : static_cast<std::size_t>(-1);
    if (how.balanced)
        for (auto const& each : rows) most = std::min(most, each.size());
    for (std::size_t k = 0; k < rows.size(); ++k)
        detail::keep_some(rows[k], most,
                          random_numbers{how.from, stream::subsamples, static_cast<std::uint32_t>(k)});

    std::size_t column_at = 0;
    for (std::size_t k = 0; k < rows.size(); ++k) {
        tally.rows.push_back(rows[k].size());
        std::string const name = by_count ? "read" : counts.classes()[classes[k]];
        bool const is_background = !by_count && name == how.background;
        std::fill(labels.begin(), labels.end(), 0.f);
        if (!by_count && !is_background) labels[column_at++] = 1;
        for (std::size_t r = 0; r < rows[k].size(); ++r) {
            std::size_t const i = rows[k][r];
            std::uint64_t times = 0;
            if (by_count)
                for (std::size_t c = 0; c < classes.size(); ++c) {
                    labels[c] = static_cast<float>(counts.count(i, classes[c]));
                    times += counts.count(i, classes[c]);
                }
            else times = counts.count(i, classes[k]);
            add(name + "_" + std::to_string(r + 1), counts[i], std::span<float const>{labels}, times);
        }
    }
    if (how.shuffled == 0) return tally;
    std::fill(labels.begin(), labels.end(), 0.f);
    std::uint32_t row = 0;
    for (std::size_t k = 0; k < rows.size(); ++k) {
        std::string const& name = counts.classes()[classes[k]];
        if (name == how.background) continue;
        for (std::size_t r = 0; r < rows[k].size(); ++r, ++row)
            detail::shuffle_read(name + "_" + std::to_string(r + 1), counts[rows[k][r]], row, counts, how,
                                 tally, [&](std::string const& named, std::string_view bases) {
                                     add(named, bases, std::span<float const>{labels}, std::uint64_t{0});
                                 });
    }
    return tally;
}

} // namespace explainn::EXPLAINN_ABI
