// Finds the windows that activate a bank's filters, in two passes over the sequences and in little memory.
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include <explainn/interpret/activation_threshold.hpp>
#include <explainn/interpret/filter_bank.hpp>
#include <explainn/train/batches.hpp>

namespace explainn {

/// What counts as a hit, and on which strands it is looked for.
struct hit_options {
    double share = 0.5;        ///< of the unit's largest activation, which a hit exceeds
    bool both_strands = false; ///< every sequence is read on both strands, as a model trained so reads it
    std::size_t batch = 128;   ///< sequences at once; results do not depend on it
};

/// The hits of every unit.
struct bank_hits {
    extent units{}, width{};
    std::vector<double> largest;          ///< (U): the largest response (before the activation)
    std::vector<std::uint64_t> counts;    ///< (U, W, 4): bases at the places of the hits; N adds nothing
    std::vector<std::uint64_t> windows;   ///< (U): hits
    std::vector<std::uint64_t> sequences; ///< (U): sequences, by strand, with at least one hit
};

/// One strand of a batch of sequences with what was hit.
template <backend B>
struct hit_batch {
    batch_view batch;          ///< on the device
    std::span<char const> hit; ///< (U, N): whether the unit has a hit in the sequence
};

/// Scans sequences with the filters of a bank. All windows count: overlapping ones, those on either strand,
/// and those behind the last whole pooling cell. Results are the same for any number of threads.
///
///     bank_scan<cpu<float>> scan{m, {.both_strands = true}};
///     bank_hits const hits = scan(part{data, rows});
template <backend B>
class bank_scan {
public:
    using T = typename B::scalar;

    explicit bank_scan(basic_model<B>& m, hit_options how = {}, int bank = 0)
        : model_{m}, filters_{m, bank}, how_{how}
    {
    }

    /// Both passes.
    template <labelled_sequences Data>
    bank_hits operator()(part<Data> const& p)
    {
        return (*this)(p, [](hit_batch<B> const&) {});
    }
    /// Both passes; `each` sees every batch of the second.
    template <labelled_sequences Data, class Each>
    bank_hits operator()(part<Data> const& p, Each each)
    {
        auto const units = static_cast<std::size_t>(filters_.units());
        auto const bases = 4 * static_cast<std::size_t>(filters_.width());
        bank_hits hits{filters_.units(),
                       filters_.width(),
                       largest(p),
                       std::vector<std::uint64_t>(units * bases),
                       std::vector<std::uint64_t>(units),
                       std::vector<std::uint64_t>(units)};
        std::vector<T> cuts;
        for (double const x : hits.largest)
            cuts.push_back(at_most(response_cut(filters_.act(), how_.share, x)));
        std::vector<char> flags;
        each_strand(p, [&](host_batch const& host, batch_view const& batch) {
            auto const n = static_cast<std::size_t>(host.count);
            flags.assign(units * n, 0);
            responses(batch, 1, [&](extent u, extent s, T const* z) {
                auto const unit = static_cast<std::size_t>(u), at = static_cast<std::size_t>(s);
                letter const* const codes =
                    host.letters.data() + at * static_cast<std::size_t>(model_.length());
                std::uint64_t const found = count(codes, z, cuts[unit], hits.counts.data() + unit * bases);
                hits.windows[unit] += found;
                hits.sequences[unit] += found > 0;
                flags[unit * n + at] = found > 0;
            });
            each(hit_batch<B>{batch, flags});
        });
        return hits;
    }
    /// The first pass: the largest response of each unit; -infinity without sequences.
    template <labelled_sequences Data>
    std::vector<double> largest(part<Data> const& p)
    {
        std::vector<double> top(static_cast<std::size_t>(filters_.units()),
                                -std::numeric_limits<double>::infinity());
        each_strand(p, [&](host_batch const&, batch_view const& batch) {
            responses(batch, filters_.windows(), [&](extent u, extent, T const* z) {
                double& best = top[static_cast<std::size_t>(u)];
                best = std::max(best, static_cast<double>(*z));
            });
        });
        return top;
    }

private:
    static constexpr extent units_at_once = 16, sequences_at_once = 32;

    // the largest T that is not above x, so that comparing in T is comparing with x
    static T at_most(double x)
    {
        auto const y = static_cast<T>(x);
        return static_cast<double>(y) > x ? std::nextafter(y, -std::numeric_limits<T>::infinity()) : y;
    }

    template <labelled_sequences Data, class Do>
    void each_strand(part<Data> const& p, Do what)
    {
        std::vector<sample> samples;
        for (std::size_t first = 0; first < p.rows.size(); first += how_.batch) {
            auto const rows = p.rows.subspan(first, std::min(how_.batch, p.rows.size() - first));
            samples.assign(rows.size(), {});
            for (std::size_t i = 0; i < rows.size(); ++i) samples[i].row = rows[i];
            host_.fill(p.data, samples);
            what(host_, upload());
            if (!how_.both_strands) continue;
            host_.flip(static_cast<std::size_t>(model_.length()));
            what(host_, upload());
        }
    }
    batch_view upload()
    {
        auto& b = model_.device();
        if (letters_.size() < host_.letters.size()) letters_ = b.template make<letter>(host_.letters.size());
        b.upload(letters_.data(), host_.letters.data(), host_.letters.size());
        return {{letters_.data(), host_.count, model_.length()}, host_.has_n};
    }

    // Calls what(u, n, responses of its cells); units are shared out among threads.
    template <class What>
    void responses(batch_view const& batch, extent pool, What what)
    {
        auto& b = model_.device();
        extent const cells = filters_.windows() / pool, n = batch.sequences.size(0);
        b.for_units(filters_.units(), [&](extent from, extent to) {
            auto const room =
                static_cast<std::size_t>(units_at_once * sequences_at_once) * static_cast<std::size_t>(cells);
            auto tile = b.template make<T>(room);
            std::vector<T> host(room);
            for (extent u = from; u < to; u += units_at_once)
                for (extent s = 0; s < n; s += sequences_at_once) {
                    extent const last = std::min(u + units_at_once, to),
                                 end = std::min(s + sequences_at_once, n);
                    view<T, 3> const y{tile.data(), last - u, end - s, cells};
                    filters_.scan(batch.sequences.slice(s, end), batch.has_n, u, last, pool, y);
                    b.download(host.data(), tile.data(), y.count());
                    T const* z = host.data();
                    for (extent i = u; i < last; ++i)
                        for (extent k = s; k < end; ++k, z += cells) what(i, k, z);
                }
        });
    }
    // Adds the bases of every window whose response passes; how many did.
    std::uint64_t count(letter const* codes, T const* z, T cut, std::uint64_t* counts) const
    {
        constexpr extent block = 16;
        extent const windows = filters_.windows();
        std::uint64_t found = 0;
        for (extent t = 0; t < windows; t += block) {
            extent const end = std::min(t + block, windows);
            T top = z[t]; // most blocks hold no hit, and a maximum is quickly had
            for (extent i = t + 1; i < end; ++i) top = z[i] > top ? z[i] : top;
            if (!(top > cut)) continue;
            for (extent i = t; i < end; ++i) {
                if (!(z[i] > cut)) continue;
                ++found;
                for (extent k = 0; k < filters_.width(); ++k)
                    if (letter const code = codes[i + k]; code < 4) ++counts[4 * k + code];
            }
        }
        return found;
    }

    basic_model<B>& model_;
    filter_bank<B> filters_;
    hit_options how_;
    host_batch host_;
    array_on<B, letter> letters_{};
};

} // namespace explainn
