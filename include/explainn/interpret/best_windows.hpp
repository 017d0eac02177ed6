// Where a bank's filters respond most: the best window of every unit in every sequence.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include <explainn/interpret/filter_bank.hpp>
#include <explainn/interpret/letter_batches.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// The window of a sequence with the largest response of a unit.
struct best_window {
    double response{};   ///< the argument of the activation: scale * (w . window) + shift
    double activation{}; ///< act(response); infinite where exp(response) is too large for a double
    extent start{};      ///< its first base on the forward strand, from 0, whichever strand was read
    bool reverse{};      ///< the filter matches the reverse strand of these bases
    friend bool operator==(best_window const&, best_window const&) = default;
};

/// The best windows of some sequences.
struct best_window_table {
    std::size_t first{};                  ///< the number of the first sequence; 0 except in batches
    extent sequences{}, units{}, width{}; ///< a window has `width` bases
    std::vector<best_window> windows;     ///< (N, U)

    /// The best window of unit u in sequence n of the table.
    best_window const& operator()(extent n, extent u) const
    {
        return windows[static_cast<std::size_t>(n) * static_cast<std::size_t>(units) +
                       static_cast<std::size_t>(u)];
    }
};

/// Finds the best window of every unit of a bank in every sequence. All windows count, also those behind the
/// last complete pooling cell. Among windows with equal responses, one on the forward strand is taken, and
/// the first in the direction in which the strand is read. Of symmetric units both strands are read, whatever
/// is said. N counts as zeros. Results are the same for any
/// number of threads and any batch size, and no array grows with the number of sequences.
///
/// Sequences may have any length from the width of the filter to 65,535 windows, not only that of the model.
/// Throws error, as bank_scan does, for a bank that does not begin with one filter a unit without padding and
/// an activation that rises, and for sequences that are too short or too long.
///
///     best_window_scan<cpu<float>> scan{m, {.both_strands = true}};
///     double total = 0;
///     scan(part{data, rows}, [&](best_window_table const& some) { total += some(0, 3).activation; });
template <backend B>
class best_window_scan {
public:
    using T = typename B::scalar;

    explicit best_window_scan(basic_model<B>& m, reading how = {}, int bank = 0)
        : b_{m.device()}, filters_{m, bank}, both_strands_{filters_.reads_both(how.both_strands)},
          batches_{m.device(), how.batch}
    {
    }

    extent units() const { return filters_.units(); }
    extent width() const { return filters_.width(); }

    /// Calls each(best_window_table const&) for every batch, in order. A source is a part of a data set,
    /// packed sequences of one length, or letters (N, L).
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        best_window_table table;
        table.units = filters_.units();
        table.width = filters_.width();
        batches_(source, both_strands_, [&](std::size_t first, host_batch& some, bool reverse) {
            if (!reverse) {
                table.first = first;
                table.sequences = some.count;
                table.windows.assign(
                    static_cast<std::size_t>(some.count) * static_cast<std::size_t>(table.units), {});
            }
            look(some, table, reverse);
            if (reverse != both_strands_) return; // the other strand will be read next
            for (best_window& w : table.windows) w.activation = activated(filters_.act(), w.response);
            each(std::as_const(table));
        });
    }

private:
    // enters the best windows of one strand where they are better than those in the table
    void look(host_batch const& some, best_window_table& table, bool reverse)
    {
        auto const batch = batches_.upload_for_scans(some);
        extent const n = some.count, length = batch.sequences.size(1);
        auto const all = table.windows.size();
        if (responses_.size() < all) {
            responses_ = b_.template make<T>(all);
            places_ = b_.template make<std::uint16_t>(all);
        }
        filters_.best(batch, {responses_.data(), table.units, n}, {places_.data(), table.units, n});
        response_.resize(all);
        place_.resize(all);
        b_.download(response_.data(), responses_.data(), all);
        fetch(b_, place_.data(), places_.data(), all);
        std::size_t at = 0;
        for (extent u = 0; u < table.units; ++u)
            for (extent i = 0; i < n; ++i, ++at) {
                auto& best =
                    table.windows[static_cast<std::size_t>(i) * static_cast<std::size_t>(table.units) +
                                  static_cast<std::size_t>(u)];
                auto const response = static_cast<double>(response_[at]);
                if (reverse && !(response > best.response)) continue;
                extent const place = place_[at];
                best = {response, 0, reverse ? length - table.width - place : place, reverse};
            }
    }

    B& b_;
    filter_bank<B> filters_;
    bool both_strands_;
    letter_batches<B> batches_;
    array_on<B, T> responses_{};
    array_on<B, std::uint16_t> places_{};
    std::vector<T> response_;
    std::vector<std::uint16_t> place_;
};

/// The best windows of all sequences in one table: 24 bytes for each unit and sequence.
///
///     best_window_table const best = best_windows(m, peaks, {.both_strands = true});
///     best(0, 3).start;        // where unit 3 responds most in the first sequence
template <backend B, sequence_source Source>
best_window_table best_windows(basic_model<B>& m, Source const& source, reading how = {}, int bank = 0)
{
    best_window_table all;
    best_window_scan<B> scan{m, how, bank};
    all.units = scan.units();
    all.width = scan.width();
    scan(source, [&all](best_window_table const& some) {
        all.sequences += some.sequences;
        all.windows.insert(all.windows.end(), some.windows.begin(), some.windows.end());
    });
    return all;
}

} // namespace explainn::EXPLAINN_ABI
