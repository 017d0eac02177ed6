// Where in a sequence a unit's contribution comes from: the windows that win its pooling cells.
#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/interpret/scanned_bank.hpp>
#include <explainn/interpret/unit_tail.hpp>

namespace explainn::EXPLAINN_ABI {

/// A window that wins one or several pooling cells of a unit.
struct won_window {
    extent unit{};       ///< number of the unit over all banks
    extent start{};      ///< its first base on the given strand, from 0
    extent width{};      ///< number of bases
    bool reverse{};      ///< it won on the reverse strand
    double activation{}; ///< act(scale x (filter . window) + shift): the value of its cells
    friend bool operator==(won_window const&, won_window const&) = default;
};

/// One sequence: its logits, what each unit contributes to them, and where in the sequence this comes from.
///
/// The share of a window is what the unit's contribution loses without the window: weight x (output - output
/// with 0 in all cells that the window wins), and half of that where both strands are read. A cell is 0 where
/// nothing is similar to the motif. Where a unit's output is not simply a sum over its cells, the shares do
/// not add up to its contribution. The difference is its remainder, contribution - sum of shares: what the
/// unit contributes whatever it reads, and what windows contribute only together.
struct located_sequence {
    std::shared_ptr<head_values const> head;
    std::size_t number{};              ///< of the sequence
    std::vector<double> logits;        ///< (O)
    std::vector<double> contributions; ///< (U, O): logit = bias + their sum over units
    std::vector<double> remainders;    ///< (U, O)
    std::vector<won_window> windows;   ///< by unit, forward strand first, then by start
    std::vector<double> shares;        ///< (windows, O)

    extent outputs() const { return head->outputs; }
    double share(std::size_t window, extent output) const { return shares[at(window, output)]; }
    double contribution(extent u, extent output) const
    {
        return contributions[at(static_cast<std::size_t>(u), output)];
    }
    double remainder(extent u, extent output) const
    {
        return remainders[at(static_cast<std::size_t>(u), output)];
    }

private:
    std::size_t at(std::size_t row, extent output) const
    {
        return row * static_cast<std::size_t>(head->outputs) + static_cast<std::size_t>(output);
    }
};

/// Locates contributions, sequence by sequence, in networks whose banks all consist of a scan, a max pool and
/// dense layers, or read signals: units that read signals have no windows, and all that they contribute is
/// their remainder. Contributions and logits are those of `explainer`, which checks that they add up. No
/// array grows with the number of sequences.
///
/// Its constructor reads the parameters. Throws error for a bank of other layers, and as explainer does.
///
///     locator<cpu<float>> locate{m};
///     locate(peaks, [&](located_sequence const& seen) {
///         for (std::size_t i = 0; i < seen.windows.size(); ++i)
///             if (seen.share(i, 0) > 1) use(seen.windows[i].start);
///     });
template <backend B>
class locator {
public:
    using T = typename B::scalar;
    explicit locator(basic_model<B>& m, reading how = {})
        : model_{m.handle()}, both_strands_{how.both_strands.both(m)}, explain_{m, how},
          batches_{m.device(), 1}, strand_batches_{m.device(), 1}
    {
        if (!m.rows().reads_dna())
            throw error{"expected a model that reads DNA to locate contributions, found one that reads "
                        "signals alone"};
        for (int b = 0; b < static_cast<int>(m.rows().banks.size()); ++b) {
            if (m.rows().bank(b).from != reads::dna) {
                banks_.emplace_back();
                continue;
            }
            if (!scanned_bank<B>::is_one_or_symmetric(m.rows(), b))
                throw error{"expected banks of a scan, a max pool and dense layers to locate contributions, "
                            "found others in bank " +
                            std::to_string(b)};
            banks_.push_back(std::make_unique<bank>(m, b));
        }
    }
    std::shared_ptr<head_values const> const& head() const { return explain_.head(); }

    /// Calls each(located_sequence const&) for every sequence, in order.
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        auto const letters = letters_of(source);
        std::vector<letter> one(letters.size() == 0 ? 0 : letters.length());
        std::size_t next = 0;
        explain_(source, [&](explained_sequences<T> const& some) {
            for (extent n = 0; n < some.sequences; ++n, ++next) {
                letters.read(next, one);
                each(std::as_const(locate(some, n, one)));
            }
        });
    }

private:
    struct bank {
        scanned_bank<B> scan;
        unit_tail layers;
        bank(basic_model<B>& m, int number) : scan{m, number}, layers{m, number} {}
    };

    located_sequence& locate(explained_sequences<T> const& some, extent n, std::vector<letter> letters)
    {
        auto const outputs = static_cast<std::size_t>(some.outputs()), units = some.units().size();
        now_.head = some.head;
        now_.number = some.first + static_cast<std::size_t>(n);
        now_.logits.resize(outputs);
        now_.contributions.resize(units * outputs);
        for (std::size_t o = 0; o < outputs; ++o) {
            auto const output = static_cast<extent>(o);
            now_.logits[o] = static_cast<double>(some.logit(n, output));
            for (std::size_t u = 0; u < units; ++u)
                now_.contributions[u * outputs + o] = some.contribution(n, static_cast<extent>(u), output);
        }
        now_.remainders = now_.contributions;
        now_.windows.clear();
        now_.shares.clear();
        auto const turn = model_.use();
        std::vector<std::vector<scanned>> strands;
        for (int const reverse : {0, 1}) {
            if (reverse && !both_strands_) continue;
            if (reverse) reverse_complement(letters);
            view<letter const, 2> const one{letters.data(), 1, static_cast<extent>(letters.size())};
            batches_(one, [&](std::size_t, host_batch& batch) {
                strands.emplace_back();
                auto const on_device = batches_.upload_for_scans(batch);
                for (auto const& b : banks_)
                    strands.back().push_back(b ? scan(b->scan, on_device, letters) : scanned{});
            });
        }
        extent first_unit = 0;
        for (std::size_t b = 0; b < banks_.size(); ++b) {
            extent const of_bank = model_.rows().bank(static_cast<int>(b)).units;
            for (extent u = 0; banks_[b] && u < of_bank; ++u)
                for (std::size_t s = 0; s < strands.size(); ++s)
                    add_unit(*banks_[b], strands[s][b], u, first_unit + u, s != 0, strands.size());
            first_unit += of_bank;
        }
        return now_;
    }
    // the values of the cells of one bank for one sequence, and the windows that won them; of symmetric units
    // 2 x window + strand
    struct scanned {
        std::vector<T> y;
        std::vector<std::uint32_t> at;
    };
    // the activations of all windows of one sequence
    std::vector<T> all_windows(scanned_bank<B> const& of, batch_view const& batch, extent windows)
    {
        auto& b = model_.device();
        auto const count = static_cast<std::size_t>(of.units()) * static_cast<std::size_t>(windows);
        if (y_.size() < count) y_ = b.template make<T>(count);
        of.filters().activations(batch, {y_.data(), of.units(), 1, windows});
        std::vector<T> host(count);
        fetch(b, host.data(), y_.data(), count);
        return host;
    }
    // Symmetric units: the windows of both strands, each read for itself, and the first largest of a cell.
    scanned scan_both(scanned_bank<B> const& of, std::vector<letter> const& letters)
    {
        extent const windows = static_cast<extent>(letters.size()) - of.filters().width() + 1;
        auto turned = letters;
        reverse_complement(turned);
        std::vector<T> on_strand[2];
        for (int const s : {0, 1})
            strand_batches_(view<letter const, 2>{(s == 0 ? letters : turned).data(), 1,
                                                  static_cast<extent>(letters.size())},
                            [&](std::size_t, host_batch& batch) {
                                on_strand[s] =
                                    all_windows(of, strand_batches_.upload_for_scans(batch), windows);
                            });
        scanned host;
        for (extent u = 0; u < of.units(); ++u)
            for (extent p = 0; p < of.cells(); ++p) {
                T best{};
                std::uint32_t place = 0;
                for (extent t = p * of.stride(); t < p * of.stride() + of.pool(); ++t)
                    for (std::uint32_t s = 0; s < 2; ++s) {
                        extent const at = u * windows + (s == 0 ? t : windows - 1 - t);
                        T const y = on_strand[s][static_cast<std::size_t>(at)];
                        bool const first = t == p * of.stride() && s == 0;
                        if (first || y > best) best = y, place = 2 * static_cast<std::uint32_t>(t) + s;
                    }
                host.y.push_back(best);
                host.at.push_back(place);
            }
        return host;
    }
    scanned scan(scanned_bank<B> const& of, batch_view const& batch, std::vector<letter> const& letters)
    {
        if (of.filters().symmetric()) return scan_both(of, letters);
        auto& b = model_.device();
        auto const count = static_cast<std::size_t>(of.units()) * static_cast<std::size_t>(of.cells());
        if (y_.size() < count) y_ = b.template make<T>(count);
        if (at_.size() < count) at_ = b.template make<std::uint16_t>(count);
        run(b, op::scan_winners<T>{.sequences = batch.sequences,
                                   .has_n = batch.has_n,
                                   .prepared = batch.prepared,
                                   .weight = of.filters().weights(),
                                   .scale = of.filters().scale(),
                                   .shift = of.filters().shift(),
                                   .act = of.filters().act(),
                                   .pool = of.pool(),
                                   .stride = of.stride(),
                                   .y = {y_.data(), of.units(), 1, of.cells()},
                                   .at = {at_.data(), of.units(), 1, of.cells()}});
        std::vector<std::uint16_t> at(count);
        scanned host{std::vector<T>(count), {}};
        b.download(host.y.data(), y_.data(), count);
        fetch(b, at.data(), at_.data(), count);
        host.at.assign(at.begin(), at.end());
        return host;
    }
    void add_unit(bank const& of, scanned const& seen, extent unit_of_bank, extent unit, bool reverse,
                  std::size_t strands)
    {
        auto const u = static_cast<std::size_t>(unit_of_bank),
                   cells = static_cast<std::size_t>(of.scan.cells()),
                   outputs = static_cast<std::size_t>(now_.head->outputs);
        T const* const y = seen.y.data() + u * cells;
        std::uint32_t const* const at = seen.at.data() + u * cells;
        bool const symmetric = of.scan.filters().symmetric();
        auto const z = of.layers.first(unit_of_bank, std::vector<double>(y, y + cells));
        auto const whole = of.layers.outputs(unit_of_bank, z);
        // sorts the windows from left to right on the given strand
        std::vector<std::size_t> order(cells);
        for (std::size_t q = 0; q < cells; ++q) order[q] = q;
        sort_places(order,
                    [&](std::size_t a, std::size_t b) { return reverse ? at[a] > at[b] : at[a] < at[b]; });
        extent const width = of.scan.filters().width(),
                     first = now_.head->units[static_cast<std::size_t>(unit)].first;
        for (std::size_t i = 0; i < cells;) {
            std::uint32_t const place = at[order[i]];
            auto const window = static_cast<extent>(symmetric ? place / 2 : place);
            bool const turned = symmetric && place % 2 != 0; // on the strand that is not read here
            double const activation = static_cast<double>(y[order[i]]);
            auto without = z;
            for (; i < cells && at[order[i]] == place; ++i)
                of.layers.take_out(unit_of_bank, order[i], static_cast<double>(y[order[i]]), without);
            auto const rest = of.layers.outputs(unit_of_bank, std::move(without));
            extent const start = reverse ? model_.length() - width - window : window;
            now_.windows.push_back({unit, start, width, reverse != turned, activation});
            for (std::size_t o = 0; o < outputs; ++o) {
                double share = 0;
                for (std::size_t k = 0; k < whole.size(); ++k)
                    share += now_.head->weight(first + static_cast<extent>(k), static_cast<extent>(o)) *
                             (whole[k] - rest[k]);
                share /= static_cast<double>(strands);
                now_.shares.push_back(share);
                now_.remainders[static_cast<std::size_t>(unit) * outputs + o] -= share;
            }
        }
    }

    basic_model<B> model_; // a handle
    bool both_strands_;
    explainer<B> explain_;
    letter_batches<B> batches_, strand_batches_;
    std::vector<std::unique_ptr<bank>> banks_; // none for a bank that reads signals
    array_on<B, T> y_{};
    array_on<B, std::uint16_t> at_{};
    located_sequence now_;
};

} // namespace explainn::EXPLAINN_ABI
