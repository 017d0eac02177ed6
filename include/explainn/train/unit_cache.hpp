// Outputs of frozen banks, computed once for a data set and given in each epoch instead of computed again.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/train/agreement.hpp>
#include <explainn/train/device_batch.hpp>

namespace explainn::EXPLAINN_ABI {

/// A data set together with the outputs that some banks of a model have for all its rows, on the given strand
/// and, where asked for, on the other one. Training and evaluation with it take the outputs of these banks
/// from here instead of computing them, and the numbers are the same to the bit. It holds rows x strands x
/// units x outputs of a unit numbers in memory, and refers to the data set, which must outlive it.
///
/// The banks must be frozen in training (`training::freezes`). A model whose banks hold other values than
/// those with which the outputs were computed refuses the cache: for another model, or after these banks were
/// changed, a new cache is needed.
///
///     unit_cache const cached{m, train.data, {0}};             // the outputs of the first bank
///     training how;
///     how.freezes = [](std::string_view name) { return name.starts_with("banks.0."); };
///     trainer head{m, adam{}, bce_with_logits{}, how};
///     head.fit(part{cached, train.rows}, part{cached, valid.rows});
template <backend B, labelled_sequences Data>
class unit_cache {
public:
    using T = typename B::scalar;

    /// Runs the model over all rows, on both strands where `strands` asks for it or the model was trained on
    /// both. A trainer with both strands needs both. Throws error where no bank is given, for a bank that
    /// does not exist, and where the data do not fit the model.
    unit_cache(basic_model<B>& m, Data const& data, std::vector<int> banks, strands_read strands = {},
               std::size_t batch = 256)
        : data_{data}, banks_{std::move(banks)}, strands_{strands.both(m) ? std::size_t{2} : 1}
    {
        auto const turn = m.use();
        if (banks_.empty()) throw error{"expected banks whose outputs are to be kept, found none"};
        std::sort(banks_.begin(), banks_.end());
        banks_.erase(std::unique(banks_.begin(), banks_.end()), banks_.end());
        for (int const bank : banks_) {
            auto const& row = m.rows().bank(bank);
            units_.push_back(static_cast<std::size_t>(row.units));
            numbers_.push_back(static_cast<std::size_t>(row.out.channels) *
                               static_cast<std::size_t>(row.out.positions));
            kept_.emplace_back(data.size() * strands_ * units_.back() * numbers_.back());
        }
        all_banks_ = m.rows().banks.size();
        model_values_ = values_of(m);
        std::vector<std::uint32_t> rows(data.size());
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
        require_inputs(m, part{data, rows});
        detail::require_batch(batch);
        for (std::size_t strand = 0; strand < strands_; ++strand)
            for (std::size_t first = 0; first < rows.size(); first += batch)
                look(m, strand == 1, first, std::min(batch, rows.size() - first));
    }

    /// How many rows.
    std::size_t size() const { return data_.size(); }
    /// Number of bases of every sequence.
    std::size_t length() const { return data_.length(); }
    /// Writes the length() letters of a row.
    void letters_of(std::size_t row, std::span<letter> out) const { data_.letters_of(row, out); }
    /// Whether some base of a row is N.
    bool has_n(std::size_t row) const { return data_.has_n(row); }
    /// Channels and positions of the signals of every row.
    shape signal_shape() const
        requires labelled_signals<Data>
    {
        return data_.signal_shape();
    }
    /// Writes the signals of a row, channel by channel.
    void signals_of(std::size_t row, std::span<float> out) const
        requires labelled_signals<Data>
    {
        data_.signals_of(row, out);
    }
    /// Number of labels of every row.
    std::size_t outputs() const { return data_.outputs(); }
    /// Writes the labels of a row, NaN where one is missing.
    void labels_of(std::size_t row, std::span<float> out) const { data_.labels_of(row, out); }

    /// Writes the outputs of the banks in this cache for some samples, in the form that host_batch holds: for
    /// each bank (U, N, numbers of a unit's output), empty for a bank that must be computed. Throws error for
    /// a sample on a strand that was not computed, and for one that is moved.
    void unit_outputs_of(std::span<sample const> samples, std::vector<std::vector<double>>& out) const
    {
        out.resize(all_banks_);
        for (auto const& s : samples) {
            if (s.shift != 0)
                throw error{"expected sequences that are not moved, for their unit outputs are kept, found a "
                            "shift of " +
                            std::to_string(s.shift)};
            if (s.reverse_complement && strands_ == 1)
                throw error{"expected unit outputs of both strands, found those of the given strand alone"};
        }
        for (std::size_t k = 0; k < banks_.size(); ++k) {
            auto& to = out[static_cast<std::size_t>(banks_[k])];
            std::size_t const numbers = numbers_[k];
            to.resize(samples.size() * units_[k] * numbers);
            for (std::size_t i = 0; i < samples.size(); ++i) {
                T const* const from =
                    kept_[k].data() + place(k, samples[i].reverse_complement, samples[i].row);
                for (std::size_t u = 0; u < units_[k]; ++u)
                    for (std::size_t j = 0; j < numbers; ++j)
                        to[(u * samples.size() + i) * numbers + j] =
                            static_cast<double>(from[u * numbers + j]);
            }
        }
    }
    /// Throws error unless the model's banks hold the values with which the outputs were computed, apart from
    /// the rounding of a moving average.
    void require_same_units(basic_model<B>& m) const
    {
        auto const alike = [](T a, T b) {
            double const x = static_cast<double>(a), y = static_cast<double>(b);
            return std::abs(x - y) <= 1e-5 * std::max(std::abs(x), 1e-3);
        };
        auto const now = values_of(m);
        if (m.rows().banks.size() != all_banks_ ||
            !std::equal(now.begin(), now.end(), model_values_.begin(), model_values_.end(), alike))
            throw error{"expected the units whose outputs are kept, found other values in them: a new "
                        "unit_cache is needed"};
    }

private:
    std::size_t place(std::size_t k, bool reverse, std::size_t row) const
    {
        return ((reverse ? data_.size() : 0) + row) * units_[k] * numbers_[k];
    }
    void look(basic_model<B>& m, bool reverse, std::size_t first, std::size_t count)
    {
        std::vector<sample> samples(count);
        for (std::size_t i = 0; i < count; ++i) samples[i] = {static_cast<std::uint32_t>(first + i), reverse};
        host_batch host;
        host.fill(data_, samples);
        device_batch<B> inputs;
        m.run().infer(inputs.upload(m.device(), m.rows(), host), m.data());
        std::vector<T> outputs;
        for (std::size_t k = 0; k < banks_.size(); ++k) {
            auto const y = m.run().unit_outputs(banks_[k], host.count);
            outputs.resize(y.count());
            fetch(m.device(), outputs.data(), y.data, outputs.size());
            std::size_t const numbers = numbers_[k];
            for (std::size_t i = 0; i < count; ++i) {
                T* const to = kept_[k].data() + place(k, reverse, first + i);
                for (std::size_t u = 0; u < units_[k]; ++u)
                    std::copy_n(outputs.data() + (u * count + i) * numbers, numbers, to + u * numbers);
            }
        }
    }
    // all numbers of these banks, running statistics too
    std::vector<T> values_of(basic_model<B>& m) const
    {
        std::vector<T> all;
        auto const now = m.snapshot();
        for (auto const& p : m.parameters())
            if (std::binary_search(banks_.begin(), banks_.end(), p.bank))
                all.insert(all.end(), now.begin() + static_cast<std::ptrdiff_t>(p.offset),
                           now.begin() + static_cast<std::ptrdiff_t>(p.offset + p.count));
        return all;
    }

    Data const& data_;
    std::vector<int> banks_;
    std::size_t strands_;
    std::size_t all_banks_{};
    std::vector<std::size_t> units_, numbers_; // by kept bank: units, and numbers of a unit's output
    std::vector<std::vector<T>> kept_;         // by kept bank: (strands, rows, U, numbers)
    std::vector<T> model_values_;
};
template <backend B, labelled_sequences Data>
unit_cache(basic_model<B>&, Data const&, std::vector<int>) -> unit_cache<B, Data>;

} // namespace explainn::EXPLAINN_ABI
