// A network with parameters on a backend.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <utility>

#include <explainn/model/executor.hpp>
#include <explainn/model/network.hpp>
#include <explainn/model/strands.hpp>

namespace explainn {

/// A model without its network's type: what training, prediction and interpretation work on.
/// Not copyable: it owns the device's arrays.
template <backend B>
class basic_model {
public:
    using backend_type = B;
    using T = typename B::scalar;

    basic_model(network_rows rows, std::vector<own_functions<B>> own, seed s, B b = B{},
                fusing fuse = fusing::on)
        : parts_{std::make_unique<parts>(std::move(rows), std::move(own), std::move(b), fuse)}
    {
        initialise(s);
    }

    network_rows const& rows() const { return parts_->rows; }
    parameter_list const& parameters() const { return parts_->parameters; }
    B& device() { return parts_->b; }
    executor<B>& run() { return parts_->run; }
    /// The one allocation of all tensors, on the device.
    T* data() { return parts_->values.data(); }
    T const* data() const { return parts_->values.data(); }
    extent length() const { return rows().length; }
    extent outputs() const { return rows().outputs; }
    /// Units of all banks.
    extent units() const
    {
        extent n = 0;
        for (auto const& bank : rows().banks) n += bank.units;
        return n;
    }

    /// Whether the model was trained on both strands: its logits are then the mean over them, in predict()
    /// and in everything that reads sequences with it and is not told otherwise.
    bool both_strands() const { return parts_->both_strands; }
    /// Training and opening a file set it.
    void set_both_strands(bool both) { parts_->both_strands = both; }

    /// The values of a tensor, in the order of its shape; throws error if there is none of the name.
    std::vector<T> values(std::string_view name)
    {
        auto const& p = parameters()[name];
        std::vector<T> host(p.count);
        device().download(host.data(), data() + p.offset, p.count);
        return host;
    }
    /// Sets a tensor; throws error if the count differs.
    void set_values(std::string_view name, std::span<T const> host)
    {
        auto const& p = parameters()[name];
        if (host.size() != p.count)
            throw error{std::string{name} + ": expected " + std::to_string(p.count) + " numbers, found " +
                        std::to_string(host.size())};
        device().upload(data() + p.offset, host.data(), p.count);
    }
    /// All tensors as one run of numbers (alignment included), for snapshots.
    std::vector<T> snapshot()
    {
        std::vector<T> host(parameters().total());
        device().download(host.data(), data(), host.size());
        return host;
    }
    void restore(std::span<T const> host) { device().upload(data(), host.data(), host.size()); }

    /// PyTorch's default initial values (uniform within 1 / sqrt(fan-in)), each tensor from its own random
    /// stream.
    void initialise(seed s)
    {
        std::uint32_t block = 0;
        for (auto const& p : parameters()) {
            random_numbers draw{s, stream::parameters, block++};
            double const bound = p.fan_in > 0 ? 1 / std::sqrt(static_cast<double>(p.fan_in)) : 0;
            std::vector<T> host(p.count);
            for (T& x : host) x = static_cast<T>(p.fan_in > 0 ? draw.uniform(-bound, bound) : p.initial);
            device().upload(data() + p.offset, host.data(), p.count);
        }
    }

    /// Logits (N, O), row by row, of letters (N, L) on the host: the mean over both strands where the model
    /// was trained so or `strands` says so.
    std::vector<T> predict(view<letter const, 2> sequences, strands_read strands = {})
    {
        auto logits = logits_as_given(sequences);
        if (!strands.both(*this)) return logits;
        std::vector<letter> other(sequences.data, sequences.data + sequences.count());
        auto const length = static_cast<std::size_t>(sequences.size(1));
        for (std::size_t at = 0; at < other.size(); at += length) {
            std::span<letter> const row{other.data() + at, length};
            std::reverse(row.begin(), row.end());
            for (letter& code : row) code = complement(code);
        }
        auto const reverse = logits_as_given({other.data(), sequences.size(0), sequences.size(1)});
        for (std::size_t i = 0; i < logits.size(); ++i) logits[i] = (logits[i] + reverse[i]) / 2;
        return logits;
    }

private:
    std::vector<T> logits_as_given(view<letter const, 2> sequences)
    {
        auto letters = device().template make<letter>(sequences.count());
        device().upload(letters.data(), sequences.data, sequences.count());
        auto const logits =
            run().infer({{letters.data(), sequences.size(0), sequences.size(1)}, true}, data());
        std::vector<T> host(logits.count());
        device().download(host.data(), logits.data, host.size());
        return host;
    }

    struct parts {
        network_rows rows;
        parameter_list parameters;
        B b;
        array_on<B, T> values;
        executor<B> run;
        bool both_strands = false;
        template <class Own>
        parts(network_rows r, Own own, B backend, fusing fuse)
            : rows{std::move(r)}, parameters{rows}, b{std::move(backend)},
              values{b.template make<T>(parameters.total())}, run{b, rows, parameters, std::move(own), fuse}
        {
        }
    };
    std::unique_ptr<parts> parts_;
};

/// A network with parameters on a backend; a dynamic network takes its numbers here.
///
///     model<net, cpu<float>> m{seed{1}};
///     model<dynamic_net, cpu<float>> d{{.length = 200, .units = {100}, .outputs = 3}, seed{1}};
template <class Network, backend B>
class model : public basic_model<B> {
public:
    using network_type = Network;
    explicit model(seed s, B b = B{}, fusing fuse = fusing::on) : model{sizes{}, s, std::move(b), fuse} {}
    /// Throws shape_error if a number is missing or does not fit.
    model(sizes const& given, seed s, B b = B{}, fusing fuse = fusing::on)
        : basic_model<B>{network_rows{Network::resolve(given)}, own(), s, std::move(b), fuse}
    {
    }

private:
    static std::vector<own_functions<B>> own()
    {
        auto const all = detail::functions_of<B>(typename Network::layer_types{});
        return {all.begin(), all.end()};
    }
};

} // namespace explainn
