// Nullification of any network: parameters are changed for each removal and every sequence is computed again.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include <explainn/interpret/constant_filters.hpp>
#include <explainn/interpret/first_filters.hpp>
#include <explainn/interpret/nullify.hpp>
#include <explainn/interpret/unit_names.hpp>

namespace explainn::EXPLAINN_ABI {

/// Nullification for networks that are no sum over single filters, such as those of the zoo (Novakovsky et
/// al. 2023, Fig. 1G): the filters of the first convolution of every bank are held, one at a time, at their
/// mean activation or at 0, or whole units contribute nothing; every sequence then runs through the network
/// again. It computes sequences x filters. Filters are numbered as in first_filters, bank by bank. A mean is
/// over the windows within sequences; a number that an activation never reaches (0 for exp) is approximated
/// as closely as a float allows.
///
/// The model and what the source refers to must outlive it; between calls the model is as it was. Throws
/// error as first_filters does, and as the model where the source does not fit it.
///
///     rerun_nullification model{m, train, nullified::filter_mean};
///     auto const all = [](std::vector<double> const& logits) { return logits; };
///     nullification_table const effect = nullify(model, all);
template <backend B, sequence_source Source>
class rerun_nullification {
public:
    rerun_nullification(basic_model<B>& m, Source source, nullified what, reading how = {})
        : model_{m.handle()}, source_{std::move(source)}, what_{what}, how_{how},
          batches_{m.device(), how.batch, m.rows().signals}, as_it_was_{m.snapshot()}
    {
        require_source(m, source_);
        for (int bank = 0; bank < static_cast<int>(m.rows().banks.size()); ++bank) {
            extent const units = m.rows().bank(bank).units;
            std::vector<double> means(static_cast<std::size_t>(units));
            if (what != nullified::unit) means = values_to_hold(m, bank);
            for (std::size_t u = 0; u < means.size(); ++u) places_.push_back({bank, u, means[u]});
        }
    }
    /// How many removals there are: of units, or of filters.
    std::size_t units() const { return places_.size(); }
    std::size_t outputs() const { return static_cast<std::size_t>(model_.outputs()); }
    std::vector<double> logits()
    {
        std::vector<double> all;
        std::vector<T> some_logits;
        bool const both = how_.both_strands.both(model_) && model_.rows().reads_dna();
        std::size_t begin = 0;
        batches_(source_, both, [&](std::size_t, host_batch& some, bool reverse) {
            auto const turn = model_.use();
            auto const y = model_.run().infer(batches_.upload(some), model_.data());
            some_logits.resize(y.count());
            fetch(model_.device(), some_logits.data(), y.data, some_logits.size());
            if (!reverse) {
                begin = all.size();
                all.insert(all.end(), some_logits.begin(), some_logits.end());
            } else {
                for (std::size_t i = 0; i < some_logits.size(); ++i)
                    all[begin + i] = (all[begin + i] + static_cast<double>(some_logits[i])) / 2;
            }
        });
        return all;
    }
    std::vector<double> logits_without(std::size_t removed)
    {
        struct restored {
            rerun_nullification& all;
            ~restored() { all.model_.restore(all.as_it_was_); }
        } const at_the_end{*this};
        if (what_ == nullified::unit) remove_unit(removed);
        else hold_filter(places_[removed]);
        return logits();
    }

private:
    using T = typename B::scalar;
    struct place {
        int bank;
        std::size_t number; // of the unit or filter within its bank
        double value;       // that its activation is held at
    };

    activation act_of(int bank) const
    {
        auto const& rows = model_.rows();
        auto const& of = rows.bank(bank);
        int const at = of.first + 1 + has_norm(bank);
        return at < of.last && rows.layer(at).what == kind::activate ? rows.layer(at).act
                                                                     : activation::identity;
    }
    bool has_norm(int bank) const
    {
        auto const& of = model_.rows().bank(bank);
        return of.first + 1 < of.last && model_.rows().layer(of.first + 1).what == kind::batch_norm;
    }
    std::vector<double> values_to_hold(basic_model<B>& m, int bank)
    {
        auto filters = first_filters(m, bank);
        if (what_ == nullified::filter_zero)
            return std::vector<double>(static_cast<std::size_t>(filters.units()));
        activation const act = act_of(bank);
        if (rises(act)) return mean_activations(filters, source_, how_.both_strands);
        return detail::mean_of_windows(filters, source_, how_.both_strands, 0,
                                       [act](double response) { return activated(act, response); });
    }
    void remove_unit(std::size_t removed)
    {
        auto const features = static_cast<std::size_t>(model_.rows().features);
        auto const units = units_of(model_.rows());
        auto weights = model_.values("final.weight");
        for (std::size_t gone : removed_with(model_.rows(), units, removed))
            for (std::size_t at = static_cast<std::size_t>(units[gone].first); at < weights.size();
                 at += features)
                std::fill_n(weights.begin() + static_cast<std::ptrdiff_t>(at), units[gone].outputs, T(0));
        model_.set_values("final.weight", weights);
    }
    // weights become 0, and the batch norm (or the bias) gives the number in every window, also in padded
    // ones
    void hold_filter(place const& p)
    {
        int const conv = model_.rows().bank(p.bank).first;
        auto const set = [this](int layer, int index, std::size_t from, std::size_t count, double value) {
            auto const& name = model_.parameters().of(layer, index)->name();
            auto values = model_.values(name);
            std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(from), count, static_cast<T>(value));
            model_.set_values(name, values);
        };
        double const response = detail::response_that_gives(act_of(p.bank), p.value);
        std::size_t const of_filter = 4 * static_cast<std::size_t>(model_.rows().layer(conv).given.width);
        set(conv, detail::conv_layer::filters, p.number * of_filter, of_filter, 0);
        if (has_norm(p.bank)) {
            set(conv + 1, detail::batch_norm_layer::gamma, p.number, 1, 0);
            set(conv + 1, detail::batch_norm_layer::beta, p.number, 1, response);
        } else {
            set(conv, detail::conv_layer::bias, p.number, 1, response);
        }
    }

    basic_model<B> model_; // a handle
    Source source_;
    nullified what_;
    reading how_;
    letter_batches<B> batches_;
    std::vector<T> as_it_was_;
    std::vector<place> places_;
};

} // namespace explainn::EXPLAINN_ABI
