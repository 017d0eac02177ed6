// The filters of a bank's first layer with their batch norm folded in, for the ops that scan sequences with
// them.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/model/model.hpp>

namespace explainn::EXPLAINN_ABI {

/// Whether any units of a network read both strands by themselves.
///
///     bool const both = m.both_strands() || has_symmetric_units(m.rows());
inline bool has_symmetric_units(network_rows const& rows)
{
    return std::ranges::any_of(rows.layers,
                               [](layer_row const& row) { return row.what == kind::symmetric_conv; });
}

/// The filters of a bank on the host, with which the response to a window is computed.
struct host_filters {
    extent units{}, width{};
    activation act = activation::identity;
    bool symmetric = false;           ///< the units read both strands by themselves
    std::vector<double> weights;      ///< (U, 4, W)
    std::vector<double> scale, shift; ///< (U): of the folded batch norm and the bias of the convolution

    /// scale * (w . window) + shift for the window of `width` letters; an N contributes 0.
    double response(extent unit, letter const* window) const
    {
        auto const u = static_cast<std::size_t>(unit), w = static_cast<std::size_t>(width);
        double sum = 0;
        for (std::size_t k = 0; k < w; ++k)
            if (window[k] < letter_n) sum += weights[(u * 4 + window[k]) * w + k];
        return scale[u] * sum + shift[u];
    }
};

/// The convolution that a bank begins with, of one strand or of both; scans here are of the strand that is
/// given, whichever it is. A response is the argument of its activation: scale * (w .
/// window) + shift. Throws error for a bank that does not exist, for one that does not begin with one filter
/// a unit on letters, without padding, and for an activation that does not rise.
template <backend B>
class filter_bank {
public:
    using T = typename B::scalar;

    explicit filter_bank(basic_model<B>& m, int bank = 0) : model_{m.handle()}, bank_{m.rows().bank(bank)}
    {
        auto const& rows = m.rows();
        if (bank_.from != reads::dna)
            throw error{std::string{"expected units that read DNA, found units that read "} +
                        (bank_.from == reads::pair_cells ? "the cells of pairs" : "signals")};
        auto const& conv = rows.layer(bank_.first);
        symmetric_ = conv.what == kind::symmetric_conv;
        if (!symmetric_ && (conv.what != kind::conv || conv.given.filters != 1 || conv.given.padding != 0))
            throw error{"expected units that begin with a convolution of one filter without padding"};
        width_ = conv.given.width;
        int at = bank_.first + 1;
        if (at < bank_.last && rows.layer(at).what == kind::batch_norm) norm_ = at++;
        if (symmetric_ && at < bank_.last && rows.layer(at).what == kind::larger_strand) ++at;
        if (at < bank_.last && rows.layer(at).what == kind::activate) act_ = rows.layer(at).act;
        if (!rises(act_)) throw error{"expected an activation that rises after the convolution"};
        fold();
    }

    extent units() const { return bank_.units; }
    extent width() const { return width_; }
    activation act() const { return act_; }
    /// Whether the units read both strands by themselves: what a filter says of a sequence, the larger of its
    /// responses to the two strands says.
    bool symmetric() const { return symmetric_; }
    /// Whether a scan reads both strands: it was told to, or the units do.
    bool reads_both(strands_read how) const { return symmetric_ || how.both(model_); }
    /// A copy of the filters on the host.
    host_filters on_host() const
    {
        host_filters host{bank_.units, width_, act_, symmetric_, {}, {}, {}};
        auto const numbers = [&](T const* from, std::size_t count) {
            std::vector<T> values(count);
            fetch(model_.device(), values.data(), from, count);
            return std::vector<double>(values.begin(), values.end());
        };
        host.weights = numbers(weights().data, weights().count());
        host.scale = numbers(scale_.data(), static_cast<std::size_t>(bank_.units));
        host.shift = numbers(shift_.data(), static_cast<std::size_t>(bank_.units));
        return host;
    }
    /// The filters (U, 4, W), and the scale and shift of their responses (U), on the device.
    view<T const, 3> weights() const { return {value(bank_.first, 0), bank_.units, 4, width_}; }
    view<T const, 1> scale() const { return all(scale_); }
    view<T const, 1> shift() const { return all(shift_); }

    /// Bytes that the scan for the largest responses keeps of n sequences for the scan for hits.
    std::size_t kept_bytes(extent n) const
    {
        op::scan_largest<T> o{};
        o.sequences = {nullptr, n, model_.rows().length};
        o.weight = weights();
        return explainn::kept_bytes(model_.device(), o);
    }
    /// Raises `largest` (U) to the largest responses of a batch and keeps where some exceed `cut` (U), as
    /// op::scan_largest does; all views are on the device.
    void scan(batch_view const& batch, view<T const, 1> cut, view<T, 1> largest, own_bytes kept) const
    {
        run(model_.device(), op::scan_largest<T>{.sequences = batch.sequences,
                                                 .has_n = batch.has_n,
                                                 .prepared = batch.prepared,
                                                 .weight = weights(),
                                                 .scale = all(scale_),
                                                 .shift = all(shift_),
                                                 .cut = cut,
                                                 .largest = largest,
                                                 .kept = kept});
    }
    /// The windows of a batch above `cut` (U): how many by unit and sequence (U, N), and their bases, added
    /// to `counts` (U, W, 4).
    void scan(batch_view const& batch, view<T const, 1> cut, own_bytes kept, view<std::uint32_t, 2> hits,
              view<std::uint64_t, 3> counts) const
    {
        run(model_.device(), op::scan_hits<T>{.sequences = batch.sequences,
                                              .has_n = batch.has_n,
                                              .prepared = batch.prepared,
                                              .weight = weights(),
                                              .scale = all(scale_),
                                              .shift = all(shift_),
                                              .cut = cut,
                                              .kept = kept,
                                              .hits = hits,
                                              .counts = counts});
    }
    /// The largest response of each unit in each sequence of a batch, and the window that gives it, the first
    /// of equal ones (both (U, N)). Throws error where a sequence is shorter than the filter or has more than
    /// 65,535 windows.
    void best(batch_view const& batch, view<T, 2> response, view<std::uint16_t, 2> at) const
    {
        extent const length = batch.sequences.size(1), windows = length - width_ + 1;
        if (windows < 1 || windows > std::numeric_limits<std::uint16_t>::max())
            throw error{"expected sequences of " + std::to_string(width_) + " to " +
                        std::to_string(width_ - 1 + std::numeric_limits<std::uint16_t>::max()) +
                        " bases for filters of width " + std::to_string(width_) + ", found " +
                        std::to_string(length)};
        extent const n = batch.sequences.size(0);
        // one pooling cell that covers all windows, and no activation
        run(model_.device(), op::scan_winners<T>{.sequences = batch.sequences,
                                                 .has_n = batch.has_n,
                                                 .prepared = batch.prepared,
                                                 .weight = weights(),
                                                 .scale = all(scale_),
                                                 .shift = all(shift_),
                                                 .act = activation::identity,
                                                 .pool = windows,
                                                 .stride = windows,
                                                 .y = response.as(bank_.units, n, 1),
                                                 .at = at.as(bank_.units, n, 1)});
    }

    /// The activations of all windows of a batch (U, N, L - W + 1), on the device.
    void activations(batch_view const& batch, view<T, 3> y) const
    {
        run(model_.device(), op::motif_scan<T>{.sequences = batch.sequences,
                                               .has_n = batch.has_n,
                                               .prepared = batch.prepared,
                                               .weight = weights(),
                                               .scale = all(scale_),
                                               .shift = all(shift_),
                                               .act = act_,
                                               .pool = 1,
                                               .stride = 1,
                                               .y = y});
    }

private:
    T* value(int layer, int index) const
    {
        return layer < 0 ? nullptr : model_.data() + model_.parameters().of(layer, index)->offset;
    }
    view<T, 1> by_unit(T* data) const
    {
        view<T, 1> v;
        v.data = data;
        v.sizes = {data == nullptr ? 0 : bank_.units};
        return v;
    }
    view<T, 1> all(array_on<B, T> const& a) const { return by_unit(const_cast<T*>(a.data())); }
    void fold()
    {
        auto& b = model_.device();
        auto const count = static_cast<std::size_t>(bank_.units);
        scale_ = b.template make<T>(count);
        shift_ = b.template make<T>(count);
        auto inv_sd = b.template make<T>(count);
        run(b, op::fold_norm<T>{.gamma = by_unit(value(norm_, 0)),
                                .beta = by_unit(value(norm_, 1)),
                                .mean = by_unit(value(norm_, 2)),
                                .variance = by_unit(value(norm_, 3)),
                                .bias = by_unit(value(bank_.first, 1)),
                                .epsilon = norm_ < 0 ? 0 : model_.rows().layer(norm_).epsilon,
                                .scale = all(scale_),
                                .shift = all(shift_),
                                .inv_sd = all(inv_sd)});
    }

    mutable basic_model<B> model_; // a handle
    bank_row bank_;
    extent width_{};
    bool symmetric_ = false;
    int norm_ = -1;
    activation act_ = activation::identity;
    array_on<B, T> scale_{}, shift_{};
};

} // namespace explainn::EXPLAINN_ABI
