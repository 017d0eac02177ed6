// A report as JSON, from which the script of its page draws.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/motif/logo_letters.hpp>
#include <explainn/report/glossary.hpp>
#include <explainn/report/model_report.hpp>
#include <explainn/report/packed_values.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

inline char const* verdict_word(judgement v)
{
    switch (v) {
    case judgement::good:
        return "good";
    case judgement::look:
        return "look";
    case judgement::bad:
        return "bad";
    default:
        return "unknown";
    }
}

/// The usual name of a measure: AUROC for auroc.
inline std::string measure_title(std::string name)
{
    for (auto const& [word, title] : {std::pair{"auroc", "AUROC"},
                                      {"auprc", "AUPRC"},
                                      {"pcc", "Pearson"},
                                      {"spearman", "Spearman"},
                                      {"r2", "R²"},
                                      {"f1", "F1"},
                                      {"accuracy", "accuracy"},
                                      {"log_loss", "log loss"},
                                      {"row_pcc", "Pearson by row"},
                                      {"rows_pcc_0.75", "rows of Pearson ≥ 0.75"}})
        if (name == word) return title;
    return name;
}

inline void json_motif(json_text& j, motif const& m)
{
    j.array([&] {
        for (column const& c : m.probabilities.columns)
            for (double const p : c) j.count(static_cast<std::size_t>(std::lround(1000 * p)));
    });
}
inline void json_curve(json_text& j, report_curve const& c)
{
    if (c.empty()) {
        j.nothing();
        return;
    }
    j.array([&] { j.numbers(c.x).numbers(c.y); });
}

class report_writer {
public:
    explicit report_writer(model_report const& r) : r_{r} {}
    std::string write()
    {
        j_.object([&] {
            head();
            tasks();
            units();
            contrasts();
            refined();
            pairs_of_motifs();
            examples();
            map();
        });
        return j_.str();
    }

private:
    void pairs(std::string_view key, std::vector<std::pair<std::string, std::string>> const& all)
    {
        j_.key(key).array([&] {
            for (auto const& each : all) j_.array([&] { j_.text(each.first).text(each.second); });
        });
    }
    void head()
    {
        j_.key("title").text(r_.title);
        j_.key("lead").text(r_.lead);
        std::vector<std::pair<std::string, std::string>> figures;
        for (auto const& m : r_.measures)
            if (std::isfinite(m.overall) && figures.size() < 2)
                figures.emplace_back(measure_title(m.name) +
                                         (m.by_output.size() > 1 ? ", mean over tasks" : ""),
                                     number_text(m.overall, 3));
        figures.emplace_back(r_.tasks.size() == 1 ? "task" : "tasks", std::to_string(r_.tasks.size()));
        figures.emplace_back(r_.units.size() == 1 ? "unit" : "units", std::to_string(r_.units.size()));
        if (!r_.collection.empty()) {
            std::size_t known = 0;
            for (auto const& u : r_.units) known += !u.matches.empty() && u.matches.front().q <= r_.q;
            figures.emplace_back("units with a known motif", std::to_string(known));
        }
        std::size_t watched = 0;
        for (auto const& c : r_.checks) watched += c.said == judgement::look || c.said == judgement::bad;
        if (!r_.checks.empty()) figures.emplace_back("checks to look at", std::to_string(watched));
        pairs("figures", figures);
        pairs("facts", r_.facts);
        j_.key("checks").array([&] {
            for (auto const& c : r_.checks)
                j_.object([&] {
                    j_.key("title").text(c.title);
                    j_.key("verdict").text(verdict_word(c.said));
                    j_.key("found").text(c.found);
                    j_.key("expected").text(c.expected);
                });
        });
        j_.key("losses").object([&] {
            std::vector<double> train, valid;
            for (auto const& e : r_.losses) {
                train.push_back(e.train);
                valid.push_back(e.valid);
            }
            j_.key("train").numbers(train, 5);
            j_.key("valid").numbers(valid, 5);
            j_.key("best").count(static_cast<std::size_t>(std::max(r_.best_epoch, 0)));
        });
        j_.key("settings").object([&] {
            j_.key("q").number(r_.q);
            j_.key("compared").truth(!r_.collection.empty());
            j_.key("collection").text(r_.collection);
            j_.key("length").count(r_.length);
            j_.key("bothStrands").truth(r_.both_strands);
        });
        about();
        j_.key("letters").array([&] {
            for (auto const outline : logo_letters) j_.text(outline);
        });
        j_.key("glossary").array([&] {
            for (auto const& g : glossary) j_.array([&] { j_.text(g.word).text(g.meaning); });
        });
    }
    void about()
    {
        std::string const strands = r_.both_strands ? " on both strands" : "";
        j_.key("about").object([&] {
            j_.key("test").text("Measured on " + r_.test_source + ".");
            j_.key("motifs").text(
                "One row a unit, ordered by its effect: what having a hit or not decides about the logit of "
                "the "
                "shown task (see the glossary). A unit's motif is the share of each base at its hits, the "
                "windows whose "
                "activation exceeds " +
                number_text(100 * r_.share, 3) + " % of the unit's largest, in " + r_.motif_source + strands +
                ". Logo, match with its q, and hits all come from this one matrix, the one in filters.meme; "
                "nothing is trimmed." +
                (r_.collection.empty()
                     ? ""
                     : " Matches are from " + r_.collection + "; units without one of q up to " +
                           number_text(r_.q) + " are folded below, in grey.") +
                (std::any_of(r_.units.begin(), r_.units.end(), [](auto const& u) { return u.reads_signals; })
                     ? " Units that read signals have no motif: what they add counts in all rows, and their "
                       "effect "
                       "is their weight times the standard deviation of their output."
                     : "") +
                " Click a name to change it.");
            j_.key("refined").text(
                "The motifs of the shown task, in the order of what each adds on validation sequences "
                "beside those before it. Each began as a unit's motif from filters.meme and was refined: "
                "fitted to training sequences of the task as the only thing that tells their labels. Where "
                "the refined form is not the better one on validation sequences, the unit's own is used. "
                "motifs.meme holds the motifs that are used, motifs.tsv all numbers. The measure (AUROC, or "
                "Spearman's correlation for numbers) is that of the "
                "best hit of one motif alone, on as many sequences of either label; the test sequences "
                "served for nothing before. Importance and weight give a unit's place by their size, "
                "for comparison: neither says how well a motif alone tells the labels.");
            j_.key("weights").text(
                "The weights of the head by unit and task, both ordered by hierarchical clustering (average "
                "linkage of Euclidean distances). A large weight of a unit that is never active says "
                "nothing: see "
                "importances and effects.");
            j_.key("importances")
                .text("What units add to the logit of the shown task, over the sequences with a hit of the "
                      "unit among " +
                      r_.motif_source + strands + ".");
            j_.key("removed").text(
                "What the measure of the shown task becomes when one unit adds nothing. This is exact, as a "
                "logit is a sum, and the model is not run again. Measured on " +
                count_text(r_.removal_rows) + " sequences of " + r_.test_source +
                ", for the units with the largest effects. A unit whose motif other units have too is "
                "missed little.");
            j_.key("shapes").text(
                "What one hit of a unit adds to the logit of the shown task, computed by the unit's dense "
                "layers: "
                "on the left against the activation of the hit (mean over places), on the right against its "
                "place (with the largest activation). All other windows have the mean activation of the "
                "filter. "
                "The units with the largest effects are shown, all on one scale.");
            j_.key("pairs").text(
                "The likeliest words of the motifs with the largest effects are written into " +
                std::to_string(r_.pair_backgrounds) +
                " random sequences at every distance. The colour is what both together add to the logit of "
                "the shown "
                "task beyond what each adds alone (median of AB - A - B + background). Units add up, so only "
                "motifs that one filter reads together, or two sites of one unit, can add more or less than "
                "their sum.");
            j_.key("contrasts")
                .text("What tells groups of tasks apart: for each group the units whose hits add more to its "
                      "tasks than to the others', those of the largest gain first. Bars: what a hit adds, in "
                      "the mean over the tasks of either side (the mean of the unit's importances). Gain: "
                      "their difference, times the share of the sequences that have a hit.");
            j_.key("groups").text("Units whose motifs cluster together, with their common motif and, by "
                                  "task, the sums of their effects and of their weights.");
            j_.key("examples")
                .text(r_.length == 0 ? "Test rows of the shown task: those explained best, in the middle and "
                                       "worst, with what the units "
                                       "that add most add."
                                     : "Test sequences of the shown task: those explained best, in the "
                                       "middle and worst. A "
                                       "letter is as "
                                       "high as the logit falls, in the mean, when it is replaced; below "
                                       "each base, the effect "
                                       "of every "
                                       "replacement (blue raises, red lowers). Then the units that add most, "
                                       "with their windows "
                                       "as high as the square root of their activation (a full row is the "
                                       "unit's largest), "
                                       "and what they add.");
            j_.key("map").text("Sequences of the test part by the outputs of all units: near sequences are "
                               "seen alike by the model.");
        });
    }
    // of each group at most eight units that speak for it, those of at least a hundredth of the largest gain
    void contrasts()
    {
        j_.key("contrasts").array([&] {
            for (auto const& c : r_.contrasts)
                j_.object([&] {
                    j_.key("group").text(c.group);
                    j_.key("against").text(c.against);
                    j_.key("units").array([&] {
                        std::size_t shown = 0;
                        for (auto const& u : c.units) {
                            if (!(u.gain() > 0) || u.gain() < c.units.front().gain() / 100 || shown == 8)
                                break;
                            ++shown;
                            j_.object([&] {
                                j_.key("unit").count(static_cast<std::size_t>(u.unit));
                                j_.key("here").number(u.here);
                                j_.key("there").number(u.there);
                                j_.key("share").number(u.share);
                                j_.key("gain").number(u.gain());
                            });
                        }
                    });
                });
        });
    }
    void tasks()
    {
        j_.key("measures").array([&] {
            for (auto const& m : r_.measures)
                j_.object([&] {
                    j_.key("title").text(measure_title(m.name));
                    j_.key("overall").number(m.overall);
                    j_.key("byTask").truth(!m.by_output.empty());
                });
        });
        j_.key("tasks").array([&] {
            for (std::size_t o = 0; o < r_.tasks.size(); ++o) {
                auto const& t = r_.tasks[o];
                j_.object([&] {
                    j_.key("name").text(t.name);
                    j_.key("sequences").count(t.sequences);
                    j_.key("positives");
                    if (t.positives) j_.count(*t.positives);
                    else j_.nothing();
                    j_.key("measures").array([&] {
                        for (auto const& m : r_.measures)
                            j_.number(o < m.by_output.size() ? m.by_output[o]
                                                             : std::numeric_limits<double>::quiet_NaN());
                    });
                    j_.key("roc");
                    json_curve(j_, t.roc);
                    j_.key("pr");
                    json_curve(j_, t.precision_recall);
                    j_.key("reliability");
                    json_curve(j_, t.reliability);
                    j_.key("calibration").number(t.calibration_error);
                    j_.key("scatter");
                    json_curve(j_, t.scatter);
                    if (t.removal_measure.empty()) return;
                    j_.key("removals").object([&] {
                        std::vector<double> after;
                        after.reserve(t.removals.size());
                        for (auto const& each : t.removals) after.push_back(each.after);
                        j_.key("measure").text(measure_title(t.removal_measure));
                        j_.key("before").number(t.before);
                        j_.key("units").array([&] {
                            for (auto const& each : t.removals) j_.count(each.unit);
                        });
                        j_.key("after").numbers(after);
                    });
                });
            }
        });
    }
    void units()
    {
        j_.key("units").array([&] {
            for (auto const& u : r_.units)
                j_.object([&] {
                    j_.key("id").text(u.id);
                    j_.key("name").text(u.name);
                    j_.key("matches").array([&] {
                        for (auto const& m : u.matches)
                            j_.object([&] {
                                j_.key("name").text(m.name);
                                j_.key("id").text(m.id);
                                j_.key("q").number(m.q, 3);
                            });
                    });
                    j_.key("p");
                    json_motif(j_, u.shape);
                    j_.key("hits").count(static_cast<std::size_t>(u.shape.sites));
                    j_.key("sequences").count(u.sequences);
                    j_.key("positions").array([&] {
                        for (auto const n : u.positions) j_.count(n);
                    });
                    j_.key("group");
                    if (u.group) j_.count(*u.group);
                    else j_.nothing();
                    j_.key("outputs").object([&] {
                        auto const& d = u.outputs;
                        j_.key("count").count(d.count);
                        j_.key("least").number(d.least);
                        j_.key("lower").number(d.lower_quartile);
                        j_.key("middle").number(d.middle);
                        j_.key("upper").number(d.upper_quartile);
                        j_.key("most").number(d.most);
                        j_.key("bins").array([&] {
                            for (auto const n : d.bins) j_.count(n);
                        });
                    });
                    if (u.reads_signals) j_.key("signals").truth(true);
                    if (u.pair)
                        j_.key("pair").array([&] {
                            j_.count(u.pair->first);
                            j_.count(u.pair->second);
                        });
                    if (u.response.empty()) return;
                    j_.key("shape").object([&] {
                        j_.key("without").number(u.response.without);
                        j_.key("strength").numbers(u.response.strength);
                        j_.key("position").numbers(u.response.position);
                    });
                });
        });
        j_.key("weights").numbers(r_.weights.values);
        j_.key("importances").numbers(r_.importances.values);
        j_.key("effects").numbers(r_.effects.values);
        j_.key("unitOrder").array([&] {
            for (auto const u : r_.order.units) j_.count(u);
        });
        j_.key("taskOrder").array([&] {
            for (auto const o : r_.order.tasks) j_.count(o);
        });
        j_.key("groups").array([&] {
            for (std::size_t i = 0; i < r_.groups.size(); ++i)
                j_.object([&] {
                    j_.key("number").count(i);
                    j_.key("units").array([&] {
                        for (auto const u : r_.groups[i].units) j_.count(u);
                    });
                    j_.key("p");
                    json_motif(j_, r_.groups[i].shape);
                    j_.key("weights").numbers(r_.groups[i].weights);
                });
        });
    }
    void refined()
    {
        j_.key("refined").array([&] {
            for (auto const& m : r_.refined)
                j_.object([&] {
                    j_.key("task").count(m.task);
                    j_.key("place").count(m.place);
                    j_.key("unit").count(m.unit);
                    j_.key("refined").truth(m.refined);
                    j_.key("p");
                    json_motif(j_, m.shape);
                    j_.key("match");
                    if (m.match)
                        j_.object([&] {
                            j_.key("name").text(m.match->name);
                            j_.key("q").number(m.match->q);
                        });
                    else j_.nothing();
                    j_.key("measure").text(m.measure);
                    j_.key("valid").number(m.valid);
                    j_.key("filterValid").number(m.filter_valid);
                    j_.key("test").number(m.test);
                    j_.key("filterTest").number(m.filter_test);
                    j_.key("soFar").number(m.so_far);
                    j_.key("importancePlace").count(m.importance_place);
                    j_.key("weightPlace").count(m.weight_place);
                });
        });
    }
    void pairs_of_motifs()
    {
        j_.key("pairs").array([&] {
            for (auto const& p : r_.pairs)
                j_.object([&] {
                    j_.key("units").array([&] { j_.count(p.first).count(p.second); });
                    j_.key("reverse").truth(p.reverse);
                    j_.key("distances").array([&] {
                        for (int const d : p.distances) j_.number(d);
                    });
                    j_.key("beyond").array([&] {
                        for (std::size_t o = 0; o < r_.tasks.size(); ++o)
                            column(p.beyond, o, r_.tasks.size());
                    });
                });
        });
    }
    void examples()
    {
        j_.key("examples").array([&] {
            for (auto const& e : r_.examples)
                j_.object([&] {
                    j_.key("task").count(e.task);
                    j_.key("kind").text(e.kind);
                    j_.key("name").text(e.name);
                    j_.key("sequence").text(e.sequence);
                    j_.key("label").number(e.label);
                    j_.key("prediction").number(e.prediction);
                    j_.key("logit").number(e.logit);
                    j_.key("bias").number(e.bias);
                    j_.key("rest").number(e.rest);
                    j_.key("effects");
                    write_packed(j_, e.effects);
                    j_.key("units").array([&] {
                        for (auto const& u : e.units)
                            j_.object([&] {
                                j_.key("unit").count(u.unit);
                                j_.key("contribution").number(u.contribution);
                                j_.key("track");
                                write_packed(j_, u.track);
                            });
                    });
                });
        });
    }
    // writes column `k` of rows of `width` numbers
    void column(std::vector<double> const& rows, std::size_t k, std::size_t width)
    {
        std::vector<double> values;
        for (std::size_t at = k; at < rows.size(); at += width) values.push_back(rows[at]);
        write_packed(j_, values);
    }
    void map()
    {
        if (!r_.map) return;
        auto const& m = *r_.map;
        auto const columns = [&](std::vector<double> const& rows) {
            std::size_t const width = m.names.empty() ? 0 : rows.size() / m.names.size();
            j_.array([&] {
                for (std::size_t k = 0; k < width; ++k) column(rows, k, width);
            });
        };
        j_.key("map").object([&] {
            j_.key("count").count(m.names.size());
            j_.key("names").array([&] {
                for (auto const& name : m.names) j_.text(name);
            });
            for (auto const& [name, xy] : {std::pair{"umap", &m.umap}, {"pca", &m.pca}}) {
                j_.key(name).object([&, points = xy] {
                    j_.key("x");
                    column(*points, 0, 2);
                    j_.key("y");
                    column(*points, 1, 2);
                });
            }
            j_.key("explained").numbers(m.explained);
            j_.key("predictions");
            columns(m.predictions);
            j_.key("labels");
            columns(m.labels);
            j_.key("outputs");
            columns(m.outputs);
        });
    }

    model_report const& r_;
    json_text j_;
};

} // namespace detail

/// The report as JSON, in the form that report.html contains.
///
///     std::string const text = report_json(r);
inline std::string report_json(model_report const& r) { return detail::report_writer{r}.write(); }

} // namespace explainn::EXPLAINN_ABI
