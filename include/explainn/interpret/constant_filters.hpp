// Filters that give the same activation for every window: mean activations, and units whose filter is held at
// a number.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <explainn/interpret/filter_bank.hpp>
#include <explainn/interpret/letter_batches.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// The mean over all windows of f(activation) of each filter of a bank, as mean_activations.
template <backend B, sequence_source Source, class F>
std::vector<double> mean_of_windows(basic_model<B>& m, Source const& source, strands_read both_strands,
                                    int bank, F f)
{
    using T = typename B::scalar;
    filter_bank<B> const filters{m, bank};
    auto const units = static_cast<std::size_t>(filters.units());
    std::vector<double> sums(units);
    double count = 0;
    auto& b = m.device();
    array_on<B, T> on_device{};
    std::vector<T> host;
    letter_batches<B> batches{b, 64};
    extent windows = 0;
    // all activations of a batch, (U, n, windows)
    auto const look = [&](host_batch const& some) {
        auto const turn = m.use();
        auto const batch = batches.upload_for_scans(some);
        extent const n = some.count;
        windows = batch.sequences.size(1) - filters.width() + 1;
        if (windows < 1)
            throw error{"expected sequences of " + std::to_string(filters.width()) +
                        " bases and more, found " + std::to_string(batch.sequences.size(1))};
        std::size_t const all = units * static_cast<std::size_t>(n) * static_cast<std::size_t>(windows);
        if (on_device.size() < all) on_device = b.template make<T>(all);
        filters.activations(batch, {on_device.data(), filters.units(), n, windows});
        host.resize(all);
        fetch(b, host.data(), on_device.data(), all);
    };
    auto const add = [&](extent n) {
        for (std::size_t u = 0, all = host.size(); u < units; ++u)
            for (std::size_t i = 0; i < all / units; ++i)
                sums[u] += f(static_cast<double>(host[u * (all / units) + i]));
        count += static_cast<double>(n) * static_cast<double>(windows);
    };
    batches(source, [&](std::size_t, host_batch& some) {
        look(some);
        if (filters.symmetric()) {
            // a window of one strand is the last but so many of the other
            auto const given = host;
            some.flip(some.letters.size() / static_cast<std::size_t>(some.count));
            look(some);
            auto const row = static_cast<std::size_t>(windows);
            for (std::size_t i = 0; i < host.size(); ++i)
                host[i] = std::max(host[i], given[i - i % row + row - 1 - i % row]);
            return add(some.count);
        }
        add(some.count);
        if (!both_strands.both(m)) return;
        some.flip(some.letters.size() / static_cast<std::size_t>(some.count));
        look(some);
        add(some.count);
    });
    for (double& x : sums) {
        x /= count;
        if (!std::isfinite(x))
            throw error{"expected a finite mean activation of every filter, found one that is not"};
    }
    return sums;
}
/// The argument of an activation that gives this number; where it never reaches it, one that comes close.
/// gelu and silu have their least value at `low`, and rise from there.
inline double response_that_gives(activation act, double a)
{
    if (act == activation::exponential) return a > 0 ? std::max(std::log(a), -1e3) : -1e3;
    if (act == activation::identity || act == activation::relu) return a;
    double low = act == activation::silu ? -1.27846 : act == activation::gelu ? -0.75179 : -1e3, high = 1e3;
    for (int i = 0; i < 200; ++i) (activated(act, (low + high) / 2) < a ? low : high) = (low + high) / 2;
    return (low + high) / 2;
}

} // namespace detail

/// The mean activation of each filter of a bank over all windows of all sequences, and over both strands
/// where these are read; of symmetric units that of the larger response to each window. Throws error as
/// filter_bank does, and where a mean is not finite.
///
///     std::vector<double> const means = mean_activations(m, part{data, rows});
template <backend B, sequence_source Source>
std::vector<double> mean_activations(basic_model<B>& m, Source const& source, strands_read both_strands = {},
                                     int bank = 0)
{
    return detail::mean_of_windows(m, source, both_strands, bank, [](double x) { return x; });
}

/// Holds the filters of a bank at one activation each, whatever they read: weights become 0, and the batch
/// norm (or the bias) gives the number. A value that an activation never reaches (0 for exp) is approximated
/// as closely as a float allows. Throws error as filter_bank does and unless there is a number for every
/// unit; the model is then unchanged.
///
///     hold_filters(m, std::vector<double>(100, 0.0));    // every filter of the first bank is silent
template <backend B>
void hold_filters(basic_model<B>& m, std::vector<double> const& activations, int bank = 0)
{
    using T = typename B::scalar;
    filter_bank<B> const filters{m, bank};
    auto const units = static_cast<std::size_t>(filters.units());
    if (activations.size() != units)
        throw error{"expected activations of " + std::to_string(units) + " filters, found " +
                    std::to_string(activations.size())};
    std::vector<T> responses;
    responses.reserve(units);
    for (double const a : activations)
        responses.push_back(static_cast<T>(detail::response_that_gives(filters.act(), a)));
    auto const& rows = m.rows();
    int const conv = rows.bank(bank).first;
    auto const set = [&](int layer, int index, std::vector<T> const& values) {
        m.set_values(m.parameters().of(layer, index)->name(), values);
    };
    bool const norm = conv + 1 < rows.bank(bank).last && rows.layer(conv + 1).what == kind::batch_norm;
    set(conv, 0, std::vector<T>(m.parameters().of(conv, 0)->count));
    if (norm) {
        set(conv + 1, 0, std::vector<T>(units));
        set(conv + 1, 1, responses);
    } else {
        set(conv, 1, responses);
    }
}

} // namespace explainn::EXPLAINN_ABI
