// De novo motifs: candidates refined on training sequences, chosen on validation sequences, tested on others.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/rank_tests.hpp>
#include <explainn/io/split.hpp>
#include <explainn/motif/choose_in_turn.hpp>
#include <explainn/motif/joint_search.hpp>
#include <explainn/motif/refine_choosing.hpp>
#include <explainn/motif/refine_in_turn.hpp>

namespace explainn::EXPLAINN_ABI {

/// How motifs are found.
struct discover_options {
    std::size_t count = 10; ///< motifs at most
    double least_bits = 3; ///< a refined motif of less information says no more than composition does, and is
                           ///< left out
    bool joint = false;    ///< whether the motifs that were refined one by one are also fitted together
                           ///< (joint_search), which stays where the validation rows are explained better
    bool tune = true; ///< whether prior, width and symmetry of each motif that was chosen from a fit one by
                      ///< one are those with which the validation rows are explained best (choose_options)
    refine_options refine{}; ///< how each is fitted; strands and threads are also those of the choice
    choice_options choose{}; ///< how they are chosen; its count, strands and threads are not used
    std::function<void(std::string_view)> tell{}; ///< hears what is done, a few words each
};

/// A motif that was found.
struct discovered_motif {
    motif result;              ///< as a file of motifs takes it
    std::size_t candidate = 0; ///< the candidate that it was refined from
    refined_from from = refined_from::given;
    double prior = 1;       ///< refine_options::prior of its last fit
    bool symmetric = false; ///< whether it was kept its own reverse complement
    bool joint = false;     ///< whether it was fitted together with the others
    double gain = 0;      ///< how far the mean loss on the validation rows falls where it joins those before
    motif_quality fitted; ///< by best hits on the training and validation rows
    motif_quality valid;  ///< by best hits on the validation rows, before these served to fit it
    motif_quality test;   ///< by best hits on the test rows
    motif_quality test_occupancy;                        ///< by occupancy on the test rows
    double p = std::numeric_limits<double>::quiet_NaN(); ///< of best hits on the test rows
    bool by_count =
        false; ///< whether p is Fisher's, of how many sequences have a hit of at least `threshold`
    double threshold = std::numeric_limits<double>::quiet_NaN(); ///< in bits
    double e = std::numeric_limits<double>::quiet_NaN();         ///< p times the motifs that were tested
    std::vector<std::size_t> alike; ///< candidates that are like it: none of them is a motif of its own
};

namespace detail {
struct labelled_part {
    packed_sequences sequences;
    std::vector<double> labels;
};
inline labelled_part part_of(packed_sequences const& s, std::span<double const> labels,
                             std::span<std::uint32_t const> rows)
{
    labelled_part p;
    std::vector<letter> letters;
    for (std::uint32_t const row : rows) {
        if (row >= s.size())
            throw error{"expected rows below " + std::to_string(s.size()) + ", found " + std::to_string(row)};
        letters.resize(s.length(row));
        s.unpack(row, letters);
        p.sequences.append(s.name(row), std::span<letter const>{letters});
        p.labels.push_back(labels[row]);
    }
    return p;
}
// what best hits, or occupancies, of a motif of 20 sites say about sequences
inline std::vector<double> scores_of(motif const& m, windowed_sequences const& s, bool both_strands,
                                     motif_ranking by)
{
    motif of_twenty = m;
    of_twenty.counts.reset();
    of_twenty.sites = 20;
    std::vector<double> scores;
    for (auto const& x : score_sequences(score_matrix{of_twenty, {}, 0.1, both_strands}, s))
        scores.push_back(by == motif_ranking::best_hit ? x.best() : x.occupancy);
    return scores;
}
/// What a motif says about sequences; of none, nothing.
inline motif_quality quality_of(motif const& m, windowed_sequences const& s,
                                std::vector<double> const& labels, bool both_strands, motif_ranking by)
{
    if (labels.empty()) return {};
    auto const scores = scores_of(m, s, both_strands, by);
    return motif_quality_of(scores, descending_order(scores), labels);
}
/// How many of the positives and of the negatives score at least a threshold, and Fisher's p-value of it.
struct count_test {
    double threshold = std::numeric_limits<double>::quiet_NaN(), p = 1;
    static count_test at(double threshold, std::span<double const> scores, std::span<double const> labels)
    {
        std::size_t ones = 0, zeros = 0, both = 0, some = 0;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            if (labels[i] != 0 && labels[i] != 1) continue;
            ++(labels[i] == 1 ? ones : zeros);
            some += scores[i] >= threshold;
            both += scores[i] >= threshold && labels[i] == 1;
        }
        return {threshold, fisher_p(both, ones, some, zeros)};
    }
    /// At the threshold where p is least, of those that the best 1 / 2, 1 / 3, 1 / 4, 1 / 6, 1 / 8, ... of
    /// all sequences reach.
    static count_test best_of(std::span<double const> scores, std::span<double const> labels)
    {
        count_test best;
        auto const order = descending_order(scores);
        for (std::size_t halves = 2; halves <= scores.size() && halves <= 4096; halves *= 2)
            for (std::size_t const parts : {halves, halves + halves / 2}) {
                std::size_t const reach = scores.size() / parts;
                if (reach == 0) break;
                auto const here = at(scores[order[reach - 1]], scores, labels);
                if (here.p < best.p) best = here;
            }
        return best;
    }
};
// Motifs that were fitted, to be chosen from, and where each came from.
struct fitted_motif {
    motif result;
    std::size_t candidate = 0;
    refined_from from = refined_from::given;
    double prior = 1;
    joint_unit unit{};                                        // of a joint fit
    double gain = 0;                                          // of a joint fit: nats of the validation rows
    std::size_t free_columns = refine_options{}.free_columns; // of its last fit
    bool symmetric = false;
    refine_options with(refine_options o) const
    {
        o.prior = prior;
        o.free_columns = free_columns;
        o.symmetric = symmetric;
        return o;
    }
};
struct fitted_motifs {
    std::vector<fitted_motif> each;
    bool joint = false;
    double judged = std::numeric_limits<double>::infinity(); // the summed loss of the validation rows
    std::vector<motif> motifs() const
    {
        std::vector<motif> all;
        all.reserve(each.size());
        for (fitted_motif const& m : each) all.push_back(m.result);
        return all;
    }
    // without motifs of less information, except the first
    void leave_out_below(double bits)
    {
        for (std::size_t i = each.size(); i-- > 1;) {
            auto const of = information(each[i].result.probabilities);
            if (std::accumulate(of.begin(), of.end(), 0.0) < bits)
                each.erase(each.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
};
inline fitted_motifs fitted_in_turn(std::span<refined_in_turn const> refined, turn_judge const& judge,
                                    bool logistic, bool both_strands)
{
    fitted_motifs out;
    std::vector<double> logits;
    for (refined_in_turn const& r : refined) {
        out.each.push_back({r.motif.result, r.candidate, r.motif.from, r.prior});
        logits = logits_of(r.motif, judge.sequences, logits, both_strands);
        out.judged = std::min(out.judged, summed_loss(r.motif, logits, judge.labels, logistic));
    }
    return out;
}
// What a joint search makes of motifs that were fitted one by one, and of candidates that say something
// beside one another: motifs that are a blend of two kinds are no start for either.
inline fitted_motifs fitted_jointly(fitted_motifs const& one_by_one, std::span<motif const> candidates,
                                    windowed_sequences const& sequences, std::span<double const> labels,
                                    turn_judge const& judge, refine_options const& how, std::size_t most)
{
    std::vector<motif> starts = one_by_one.motifs();
    std::vector<std::size_t> from;
    from.reserve(one_by_one.each.size());
    for (fitted_motif const& m : one_by_one.each) from.push_back(m.candidate);
    choice_options apart;
    apart.alike = 0.7;
    apart.both_strands = how.both_strands;
    apart.threads = how.threads;
    for (motif_choice const& c : choose_in_turn(candidates, sequences, labels, apart)) {
        starts.push_back(candidates[c.candidate]);
        from.push_back(c.candidate);
    }
    joint_options o;
    o.refine = how;
    o.most = most;
    auto const found = joint_search(starts, sequences, labels, judge, o);
    fitted_motifs out;
    out.joint = true;
    out.judged = found.judged;
    for (std::size_t k = 0; k < found.motifs.size(); ++k)
        out.each.push_back({found.motifs[k].result, from[found.motifs[k].candidate], refined_from::fitted,
                            found.prior, found.fit.units[k], found.motifs[k].gain});
    return out;
}
// All motifs of a joint fit, which has left out those that add nothing: in the order of their AUROC on the
// validation rows, without those that are like a better one.
inline std::vector<motif_choice> chosen_of_joint(fitted_motifs const& fitted,
                                                 windowed_sequences const& sequences,
                                                 std::vector<double> const& labels, std::size_t count,
                                                 double alike, bool both_strands)
{
    std::vector<motif_choice> all(fitted.each.size());
    for (std::size_t k = 0; k < all.size(); ++k) {
        motif const& m = fitted.each[k].result;
        all[k].candidate = k;
        all[k].best_hit = quality_of(m, sequences, labels, both_strands, motif_ranking::best_hit);
        all[k].occupancy = quality_of(m, sequences, labels, both_strands, motif_ranking::occupancy);
        all[k].gain = fitted.each[k].gain / static_cast<double>(labels.size());
    }
    bool const binary = are_binary(labels);
    sort_keeping_order(all, [binary](motif_choice const& a, motif_choice const& b) {
        return binary ? a.best_hit.auroc > b.best_hit.auroc : a.best_hit.spearman > b.best_hit.spearman;
    });
    std::vector<motif_choice> chosen;
    for (motif_choice& each : all) {
        auto const like = std::find_if(chosen.begin(), chosen.end(), [&](motif_choice const& better) {
            return align(fitted.each[better.candidate].result.probabilities,
                         fitted.each[each.candidate].result.probabilities, 5, both_strands)
                       .similarity >= alike;
        });
        if (like != chosen.end()) like->alike.push_back(each.candidate);
        else if (chosen.size() < count) chosen.push_back(std::move(each));
    }
    return chosen;
}
// gives each of some motifs, fitted one by one, the prior, width and symmetry that explain the judge's
// sequences best beside those before it
inline void tune_in_turn(std::span<fitted_motif> chosen, windowed_sequences const& sequences,
                         std::span<double const> labels, turn_judge const& judge, refine_options const& how)
{
    refine_choices quick;
    quick.steps = 1.0 / 3; // each fit begins with a motif that is refined already
    std::vector<double> logits, judged;
    for (fitted_motif& m : chosen) {
        auto const now =
            choose_options(m.result, sequences, labels, judge, m.with(how), quick, logits, judged).with(how);
        m.prior = now.prior;
        m.free_columns = now.free_columns;
        m.symmetric = now.symmetric;
        if (&m == &chosen.back()) break;
        auto const fit = fit_motif(m.result, sequences, labels, now, logits);
        logits = logits_of(fit, sequences, logits, how.both_strands);
        judged = logits_of(fit, judge.sequences, judged, how.both_strands);
    }
}
// chosen motifs, fitted once more, one by one or together as they were before
inline std::vector<motif> fitted_again(std::span<fitted_motif const> chosen, bool joint,
                                       windowed_sequences const& sequences, std::span<double const> labels,
                                       refine_options how)
{
    std::vector<motif> last;
    if (joint) {
        std::vector<joint_unit> units;
        for (fitted_motif const& m : chosen) units.push_back(m.unit);
        how.prior = chosen.front().prior;
        auto const fit = fit_units(std::move(units), sequences, labels, how, how.steps);
        for (std::size_t k = 0; k < chosen.size(); ++k) {
            motif m = chosen[k].result;
            if (ppm columns = fitted_columns(fit.units[k].weights, how); columns.width() > 0)
                m.probabilities = std::move(columns);
            last.push_back(std::move(m));
        }
        return last;
    }
    std::vector<double> logits;
    for (fitted_motif const& m : chosen) {
        auto const again = refine(m.result, sequences, labels, m.with(how), logits);
        last.push_back(again.result);
        logits = logits_of(again, sequences, logits, how.both_strands);
    }
    return last;
}
} // namespace detail

/// Finds up to options.count motifs in labelled sequences.
///
/// Candidates, such as the filters of a small model (motifs_of), enriched_words or motifs of a database, are
/// refined one after another on the training rows (refine_in_turn). The refined ones are chosen by what each
/// adds on the validation rows (choose_in_turn), and the chosen are fitted once more to both together. Each
/// is then tested on the test rows: whether sequences with better hits have higher labels (mann_whitney_p for
/// labels of 1 and 0, spearman_p for real labels), or, where few positives hold the motif, whether more
/// positives than negatives have a hit above a threshold (fisher_p). Which test, and the threshold, are those
/// with the smaller p-value on the other rows. The test rows serve for nothing before, so p needs no
/// correction but for the number of motifs that are tested, and E has that one. Motifs come in the order of
/// the choice; at least one comes. The same seed gives the same bits for any number of threads.
///
/// Throws error for another number of labels than sequences, parts whose labels are all equal, no candidates,
/// and as refine() does.
///
///     auto const found = discover_motifs(filters, peaks, labels_by_task[0], split);
///     found[0].e <= 0.05;
inline std::vector<discovered_motif> discover_motifs(std::span<motif const> candidates,
                                                     packed_sequences const& sequences,
                                                     std::span<double const> labels, split_rows const& rows,
                                                     discover_options const& options = {})
{
    if (labels.size() != sequences.size())
        throw error{"expected " + std::to_string(sequences.size()) + " labels, one a sequence, found " +
                    std::to_string(labels.size())};
    if (candidates.empty()) throw error{"expected motifs to refine, found none"};
    auto const tell = [&](std::string const& what) {
        if (options.tell) options.tell(what);
    };
    auto const train = detail::part_of(sequences, labels, rows.train),
               valid = detail::part_of(sequences, labels, rows.valid),
               test = detail::part_of(sequences, labels, rows.test);
    std::vector<std::uint32_t> rows_to_fit = rows.train;
    rows_to_fit.insert(rows_to_fit.end(), rows.valid.begin(), rows.valid.end());
    auto const both_parts = detail::part_of(sequences, labels, rows_to_fit);
    windowed_sequences const in_train{train.sequences}, in_valid{valid.sequences}, in_test{test.sequences},
        in_both{both_parts.sequences};
    bool const both = options.refine.both_strands;

    // a few more than are asked for, since some of them will turn out to be alike
    std::size_t const at_most = std::min(candidates.size(), options.count + 2);
    tell("refining up to " + std::to_string(at_most) + " of " + std::to_string(candidates.size()) +
         " candidates");
    refine_options in_turn = options.refine;
    in_turn.least_rise = std::max(in_turn.least_rise, 2.0);
    turn_judge const judge{in_valid, valid.labels, options.choose.least_gain};
    auto const refined = refine_in_turn(candidates, in_train, train.labels, at_most, in_turn, &judge);
    auto fitted = detail::fitted_in_turn(refined, judge, are_binary(labels), both);
    if (options.joint) {
        tell("fitting motifs together");
        auto together = detail::fitted_jointly(fitted, candidates, in_train, train.labels, judge,
                                               options.refine, options.count + 2);
        if (fitted.judged - together.judged > judge.least_gain) fitted = std::move(together);
    }
    fitted.leave_out_below(options.least_bits);
    auto const pool = fitted.motifs();

    tell("choosing among " + std::to_string(pool.size()));
    choice_options how = options.choose;
    how.count = options.count;
    how.both_strands = both;
    how.threads = options.refine.threads;
    auto chosen = fitted.joint ? detail::chosen_of_joint(fitted, in_valid, valid.labels, options.count,
                                                         options.choose.alike, both)
                               : choose_in_turn(pool, in_valid, valid.labels, how);
    if (chosen.empty()) { // none adds anything: the first is shown for what it is
        chosen.emplace_back();
    }

    tell("fitting the " + std::to_string(chosen.size()) + " chosen once more and testing them");
    std::vector<detail::fitted_motif> kept;
    kept.reserve(chosen.size());
    for (motif_choice const& each : chosen) kept.push_back(fitted.each[each.candidate]);
    for (auto& m : kept) m.free_columns = options.refine.free_columns;
    if (options.tune && !fitted.joint)
        detail::tune_in_turn(kept, in_train, train.labels, judge, options.refine);
    // fitted to all rows but those of the test
    auto const last = detail::fitted_again(kept, fitted.joint, in_both, both_parts.labels, options.refine);
    std::vector<discovered_motif> found(chosen.size());
    for_each_item(chosen.size(), options.refine.threads, [&](std::size_t k, std::size_t) {
        discovered_motif& to = found[k];
        to.result = last[k];
        to.candidate = kept[k].candidate;
        to.from = kept[k].from;
        to.joint = fitted.joint;
        to.prior = kept[k].prior;
        to.symmetric = kept[k].symmetric;
        to.gain = chosen[k].gain;
        for (std::size_t const i : chosen[k].alike) to.alike.push_back(fitted.each[i].candidate);
        auto const before = detail::scores_of(to.result, in_both, both, motif_ranking::best_hit);
        auto const hits = detail::scores_of(to.result, in_test, both, motif_ranking::best_hit);
        to.fitted = motif_quality_of(before, descending_order(before), both_parts.labels);
        to.valid = chosen[k].best_hit;
        to.test = motif_quality_of(hits, descending_order(hits), test.labels);
        to.test_occupancy =
            detail::quality_of(to.result, in_test, test.labels, both, motif_ranking::occupancy);
        if (!are_binary(labels)) {
            to.p = spearman_p(hits, test.labels);
        } else if (auto const counted = detail::count_test::best_of(before, both_parts.labels);
                   counted.p < mann_whitney_p(before, both_parts.labels)) {
            to.by_count = true;
            to.threshold = counted.threshold;
            to.p = detail::count_test::at(counted.threshold, hits, test.labels).p;
        } else {
            to.p = mann_whitney_p(hits, test.labels);
        }
        to.e = std::min(to.p * static_cast<double>(chosen.size()), static_cast<double>(chosen.size()));
    });
    return found;
}

} // namespace explainn::EXPLAINN_ABI
