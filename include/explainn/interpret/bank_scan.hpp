// Finds the windows that activate a bank's filters, in two passes over the sequences and with little memory.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/interpret/activation_threshold.hpp>
#include <explainn/interpret/filter_bank.hpp>
#include <explainn/interpret/letter_batches.hpp>
#include <explainn/train/agreement.hpp>

namespace explainn::EXPLAINN_ABI {

/// What counts as a hit, and on which strands hits are searched.
struct hit_options {
    double share = 0.5;          ///< a hit exceeds this share of the unit's largest activation
    strands_read both_strands{}; ///< every sequence is read on both strands; by default, as the model was
                                 ///< trained. Symmetric units always read both
    std::size_t batch = 512;     ///< sequences in a batch; results do not depend on it
};

/// The hits of every unit.
struct bank_hits {
    extent units{}, width{};
    std::vector<double> largest;          ///< (U): the largest response (before the activation)
    std::vector<std::uint64_t> counts;    ///< (U, W, 4): counts of bases at places of the hits, without N
    std::vector<std::uint64_t> windows;   ///< (U): number of hits
    std::vector<std::uint64_t> sequences; ///< (U): number of sequences, by strand, with at least one hit
    bool read_both = false;               ///< hits are from both strands
    double share = 0.5; ///< the share of the largest activation that hits exceed: hit_options::share
    /// Whether the hits are from both strands.
    bool both_strands() const { return read_both; }
};

/// One strand of a batch of sequences, with its hits.
template <backend B>
struct hit_batch {
    batch_view batch;                    ///< on the device
    std::span<std::uint32_t const> hits; ///< (U, N): how many windows of the sequence are hits of the unit
};

/// Scans sequences twice with the filters of a bank. All windows count: overlapping ones, those on either
/// strand, and those behind the last complete pooling cell. Results are the same for any number of threads.
///
///     bank_scan<cpu<float>> scan{m, {.both_strands = true}};
///     bank_hits const hits = scan(part{data, rows});
template <backend B>
class bank_scan {
public:
    using T = typename B::scalar;

    /// Throws error as filter_bank does, for a batch size of 0, and for a share that is below 0 or NaN.
    explicit bank_scan(basic_model<B>& m, hit_options how = {}, int bank = 0)
        : model_{m.handle()}, filters_{m, bank}, how_{how}, batches_{m.device(), how.batch, m.rows().signals}
    {
        detail::require_batch(how.batch);
        if (!(how.share >= 0))
            throw error{"expected a share of 0 and more of the largest activation, found " +
                        number_text(how.share)};
    }

    /// Makes both passes. Throws error, before the first, where the sequences do not fit the model.
    template <labelled_sequences Data>
    bank_hits operator()(part<Data> const& p)
    {
        return (*this)(p, [](hit_batch<B> const&) {});
    }
    /// Makes both passes; `each` is called with every batch of the second.
    template <labelled_sequences Data, class Each>
    bank_hits operator()(part<Data> const& p, Each each)
    {
        require_sequences(model_, p);
        auto const turn = model_.use();
        auto& b = model_.device();
        extent const u = filters_.units(), w = filters_.width();
        auto const units = static_cast<std::size_t>(u);
        std::vector<std::byte> where;
        bank_hits hits{u,
                       w,
                       largest(p, &where),
                       std::vector<std::uint64_t>(units * 4 * static_cast<std::size_t>(w)),
                       std::vector<std::uint64_t>(units),
                       std::vector<std::uint64_t>(units),
                       filters_.reads_both(how_.both_strands),
                       how_.share};
        auto cut = b.template make<T>(units);
        upload_cuts(hits.largest, cut);
        auto counts = b.template make<std::uint64_t>(hits.counts.size());
        auto found = b.template make<std::uint32_t>(units * std::min(how_.batch, p.rows.size()));
        auto kept = room(p);
        std::vector<std::uint32_t> host;
        std::size_t seen = 0;
        each_strand(p, [&](batch_view const& batch) {
            extent const n = batch.sequences.size(0);
            view<std::uint32_t, 2> const at{found.data(), u, n};
            own_bytes const here{kept.data(), filters_.kept_bytes(n)};
            b.upload(here.data, where.data() + seen, here.count);
            seen += here.count;
            filters_.scan(batch, {cut.data(), u}, here, at, {counts.data(), u, w, 4});
            host.resize(at.count());
            fetch(b, host.data(), at.data, host.size());
            for (std::size_t i = 0; i < host.size(); ++i) {
                hits.windows[i / static_cast<std::size_t>(n)] += host[i];
                hits.sequences[i / static_cast<std::size_t>(n)] += host[i] > 0;
            }
            each(hit_batch<B>{batch, host});
        });
        fetch(b, hits.counts.data(), counts.data(), hits.counts.size());
        return hits;
    }
    /// Makes the first pass: the largest response of each unit; -infinity without sequences.
    template <labelled_sequences Data>
    std::vector<double> largest(part<Data> const& p)
    {
        require_sequences(model_, p);
        return largest(p, nullptr);
    }

private:
    // The first pass, and what it keeps for the second by batch and strand. A unit's cut only rises with its
    // largest response, so what does not exceed it now never will.
    template <labelled_sequences Data>
    std::vector<double> largest(part<Data> const& p, std::vector<std::byte>* where)
    {
        auto const turn = model_.use();
        auto& b = model_.device();
        extent const u = filters_.units();
        std::vector<T> top(static_cast<std::size_t>(u), -std::numeric_limits<T>::infinity());
        auto on_device = b.template make<T>(top.size()), cut = b.template make<T>(top.size());
        b.upload(on_device.data(), top.data(), top.size());
        auto kept = room(p);
        each_strand(p, [&](batch_view const& batch) {
            own_bytes const here{kept.data(), filters_.kept_bytes(batch.sequences.size(0))};
            upload_cuts(top, cut);
            filters_.scan(batch, {cut.data(), u}, {on_device.data(), u}, here);
            fetch(b, top.data(), on_device.data(), top.size());
            if (!where) return;
            where->resize(where->size() + here.count);
            fetch(b, where->data() + where->size() - here.count, here.data, here.count);
        });
        return {top.begin(), top.end()};
    }
    // memory for what the first pass keeps of a batch
    template <class Data>
    array_on<B, std::byte> room(part<Data> const& p)
    {
        auto const most = static_cast<extent>(std::min(how_.batch, p.rows.size()));
        return model_.device().template make<std::byte>(filters_.kept_bytes(most));
    }
    // the largest T that is not above x, so that a comparison in T gives the same as one with x
    static T at_most(double x)
    {
        auto const y = static_cast<T>(x);
        return static_cast<double>(y) > x ? std::nextafter(y, -std::numeric_limits<T>::infinity()) : y;
    }
    // computes the number that responses of each unit must exceed; -infinity for a unit that has no response
    // yet
    template <class X>
    void upload_cuts(std::vector<X> const& largest, array_on<B, T>& to)
    {
        std::vector<T> cuts;
        cuts.reserve(largest.size());
        for (X const x : largest)
            cuts.push_back(std::isinf(x)
                               ? -std::numeric_limits<T>::infinity()
                               : at_most(response_cut(filters_.act(), how_.share, static_cast<double>(x))));
        model_.device().upload(to.data(), cuts.data(), cuts.size());
    }

    // Calls what(batch) for every batch and strand, with the letters unpacked once.
    template <labelled_sequences Data, class Do>
    void each_strand(part<Data> const& p, Do what)
    {
        batches_(p, filters_.reads_both(how_.both_strands),
                 [&](std::size_t, host_batch& some, bool) { what(batches_.upload_for_scans(some)); });
    }

    basic_model<B> model_; // a handle
    filter_bank<B> filters_;
    hit_options how_;
    letter_batches<B> batches_;
};

} // namespace explainn::EXPLAINN_ABI
