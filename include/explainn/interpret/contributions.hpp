// What every unit contributes to every logit of a sequence: a complete account of an additive model's
// prediction.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/letter_batches.hpp>
#include <explainn/interpret/unit_names.hpp>
#include <explainn/model/model.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// The linear head of a network on the host, and the units whose outputs it adds up.
struct head_values {
    std::vector<unit_row> units;
    extent features{}, outputs{};
    std::vector<double> weights; ///< (features, O): final.weight, transposed
    std::vector<double> bias;    ///< (O); zeros where the heads have none

    double weight(extent feature, extent output) const
    {
        return weights[static_cast<std::size_t>(feature) * static_cast<std::size_t>(outputs) +
                       static_cast<std::size_t>(output)];
    }
};

/// The current head of a model.
template <backend B>
head_values head_of(basic_model<B>& m)
{
    if (!m.rows().pairs.empty())
        throw error{"expected a network whose logits are sums over single units, found one with a term over "
                    "pairs of them"};
    head_values head{units_of(m.rows()), m.rows().features, m.outputs(), {}, {}};
    auto const features = static_cast<std::size_t>(head.features),
               outputs = static_cast<std::size_t>(head.outputs);
    auto const weights = m.values("final.weight");
    head.weights.resize(weights.size());
    for (std::size_t o = 0; o < outputs; ++o)
        for (std::size_t f = 0; f < features; ++f)
            head.weights[f * outputs + o] = static_cast<double>(weights[o * features + f]);
    head.bias.assign(outputs, 0.0);
    if (m.rows().bias == head_bias::learned) {
        auto const bias = m.values("final.bias");
        std::copy(bias.begin(), bias.end(), head.bias.begin());
    }
    return head;
}

/// Explanations of some sequences: logit = bias + sum over all units of all banks of weight x unit output.
/// Where both strands are read, logits and unit outputs are the mean over the strands, and the same sum
/// holds.
template <class T>
struct explained_sequences {
    std::shared_ptr<head_values const> head;
    std::size_t first{};         ///< the number of the first sequence; 0 except in batches
    extent sequences{};          ///< N
    std::vector<T> unit_outputs; ///< (N, features): a unit has as many columns as its unit_row says
    std::vector<T> logits;       ///< (N, O)
    /// The largest difference between a sum and its logit, relative to abs(bias) + sum of abs(contribution).
    double largest_error{};

    /// The units of all banks, in order.
    std::vector<unit_row> const& units() const { return head->units; }
    extent outputs() const { return head->outputs; }
    T unit_output(extent n, extent feature) const { return unit_outputs[at(n, feature, head->features)]; }
    T logit(extent n, extent output) const { return logits[at(n, output, head->outputs)]; }
    double bias(extent output) const { return head->bias[static_cast<std::size_t>(output)]; }
    /// What a unit, numbered over all banks, contributes to a logit of sequence n.
    double contribution(extent n, extent u, extent output) const
    {
        auto const& unit = head->units[static_cast<std::size_t>(u)];
        double sum = 0;
        for (extent f = unit.first; f < unit.first + unit.outputs; ++f)
            sum += head->weight(f, output) * static_cast<double>(unit_output(n, f));
        return sum;
    }
    /// All contributions as one array (N, U, O).
    std::vector<double> contributions() const
    {
        std::vector<double> all;
        auto const units = static_cast<extent>(head->units.size());
        all.reserve(static_cast<std::size_t>(sequences) * head->units.size() *
                    static_cast<std::size_t>(head->outputs));
        for (extent n = 0; n < sequences; ++n)
            for (extent u = 0; u < units; ++u)
                for (extent o = 0; o < head->outputs; ++o) all.push_back(contribution(n, u, o));
        return all;
    }

private:
    static std::size_t at(extent row, extent place, extent columns)
    {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
               static_cast<std::size_t>(place);
    }
};

/// Explains sequences batch by batch: exact contributions of the units of all banks, whatever layers they
/// have. Every sum is compared with the logit that the model itself computes. Results are the same for any
/// number of threads and any batch size, and no array grows with the number of sequences.
///
/// Throws shape_error for sequences of another length or signals of another shape than the model's, and error
/// where a logit is not finite or differs from its sum by more than 1e-5 of abs(bias) + sum of
/// abs(contribution).
///
///     explainer<cpu<float>> explain{m, {.both_strands = true}};
///     double total = 0;
///     explain(part{data, rows}, [&](explained_sequences<float> const& some) {
///         for (extent n = 0; n < some.sequences; ++n) total += some.contribution(n, 3, 0);
///     });
template <backend B>
class explainer {
public:
    using T = typename B::scalar;
    /// Reads the parameters of the head: after further training a new explainer is needed.
    explicit explainer(basic_model<B>& m, reading how = {})
        : model_{m.handle()}, both_strands_{how.both_strands.both(m) && m.rows().reads_dna()},
          batches_{m.device(), how.batch, m.rows().signals},
          head_{std::make_shared<head_values const>(head_of(m))}
    {
    }
    std::shared_ptr<head_values const> const& head() const { return head_; }

    /// Calls each(explained_sequences const&) for every batch, in order. A source is a part of a data set
    /// (which brings the signals, where the model reads some), packed sequences, or letters (N, L).
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        require_source(model_, source);
        explained_sequences<T> now;
        now.head = head_;
        batches_(source, both_strands_, [&](std::size_t first, host_batch& some, bool reverse) {
            if (reverse) {
                read(some, other_outputs_, other_logits_);
                average(now.unit_outputs, other_outputs_);
                average(now.logits, other_logits_);
            } else {
                now.first = first;
                now.sequences = some.count;
                read(some, now.unit_outputs, now.logits);
            }
            if (reverse != both_strands_) return; // the other strand will be read next
            check(now);
            each(std::as_const(now));
        });
    }

private:
    // computes the outputs of all units (N, features) and the logits of one strand
    void read(host_batch const& some, std::vector<T>& outputs, std::vector<T>& logits)
    {
        auto& b = model_.device();
        auto const y = model_.run().infer(batches_.upload(some), model_.data());
        logits.resize(y.count());
        fetch(b, logits.data(), y.data, logits.size());
        auto const count = static_cast<std::size_t>(some.count),
                   features = static_cast<std::size_t>(head_->features);
        outputs.resize(count * features);
        std::size_t feature = 0;
        for (std::size_t bank = 0; bank < model_.rows().banks.size(); ++bank) {
            auto const x = model_.run().unit_outputs(static_cast<int>(bank), some.count); // (U, N, K)
            by_unit_.resize(x.count());
            fetch(b, by_unit_.data(), x.data, by_unit_.size());
            auto const units = static_cast<std::size_t>(x.size(0)),
                       each = static_cast<std::size_t>(x.size(2));
            for (std::size_t u = 0; u < units; ++u, feature += each)
                for (std::size_t n = 0; n < count; ++n)
                    std::copy_n(by_unit_.data() + (u * count + n) * each, each,
                                outputs.data() + n * features + feature);
        }
    }
    static void average(std::vector<T>& a, std::vector<T> const& b)
    {
        for (std::size_t i = 0; i < a.size(); ++i) a[i] = (a[i] + b[i]) / 2;
    }
    void check(explained_sequences<T>& now)
    {
        auto const features = static_cast<std::size_t>(head_->features),
                   outputs = static_cast<std::size_t>(head_->outputs);
        sums_.resize(outputs);
        sizes_.resize(outputs);
        now.largest_error = 0;
        for (std::size_t n = 0; n < static_cast<std::size_t>(now.sequences); ++n) {
            for (std::size_t o = 0; o < outputs; ++o) {
                sums_[o] = head_->bias[o];
                sizes_[o] = std::abs(head_->bias[o]);
            }
            for (std::size_t f = 0; f < features; ++f) {
                auto const x = static_cast<double>(now.unit_outputs[n * features + f]);
                if (x == 0) continue; // many outputs behind a ReLU are 0
                double const* const w = head_->weights.data() + f * outputs;
                for (std::size_t o = 0; o < outputs; ++o) {
                    sums_[o] += w[o] * x;
                    sizes_[o] += std::abs(w[o] * x);
                }
            }
            for (std::size_t o = 0; o < outputs; ++o) {
                auto const logit = static_cast<double>(now.logits[n * outputs + o]);
                double const off = std::abs(sums_[o] - logit);
                if (!std::isfinite(logit) || !(off <= 1e-5 * sizes_[o])) refuse(now.first + n, o, logit);
                if (off > now.largest_error * sizes_[o]) now.largest_error = off / sizes_[o];
            }
        }
    }
    [[noreturn]] void refuse(std::size_t sequence, std::size_t output, double logit) const
    {
        std::string const where =
            "of sequence " + std::to_string(sequence + 1) + " for output " + std::to_string(output);
        if (!std::isfinite(logit))
            throw error{"expected a finite logit " + where + ", found " + std::to_string(logit)};
        throw error{"expected contributions " + where + " that add up to the logit " + std::to_string(logit) +
                    ", found " + std::to_string(sums_[output])};
    }

    basic_model<B> model_; // a handle
    bool both_strands_;
    letter_batches<B> batches_;
    std::shared_ptr<head_values const> head_;
    std::vector<T> by_unit_, other_outputs_, other_logits_;
    std::vector<double> sums_, sizes_;
};

/// Explains all sequences at once; needs memory for sequences x (features + O) numbers.
///
///     explained_sequences<float> const seen = explain(m, peaks, {.both_strands = true});
///     seen.contribution(0, 3, 1);      // what unit 3 adds to the second logit of the first sequence
template <backend B, sequence_source Source>
explained_sequences<typename B::scalar> explain(basic_model<B>& m, Source const& source, reading how = {})
{
    explained_sequences<typename B::scalar> all;
    explainer<B> reader{m, how};
    all.head = reader.head();
    reader(source, [&all](explained_sequences<typename B::scalar> const& some) {
        all.sequences += some.sequences;
        all.unit_outputs.insert(all.unit_outputs.end(), some.unit_outputs.begin(), some.unit_outputs.end());
        all.logits.insert(all.logits.end(), some.logits.begin(), some.logits.end());
        all.largest_error = std::max(all.largest_error, some.largest_error);
    });
    return all;
}

} // namespace explainn::EXPLAINN_ABI
