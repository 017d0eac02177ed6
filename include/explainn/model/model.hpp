// A network with parameters on a backend.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <explainn/genomics/letters.hpp>
#include <explainn/model/agreement.hpp>
#include <explainn/model/executor.hpp>
#include <explainn/model/network.hpp>
#include <explainn/model/strands.hpp>

namespace explainn::EXPLAINN_ABI {

/// A model without its network's type: what training, prediction and interpretation work on.
/// Not copyable: it owns the device's arrays. It may be moved at any time, under a trainer too; whatever is
/// asked of a model that was moved away throws error. One thread at a time may use a model; while one
/// computes with it, another one's call throws error. Several models may be used at once, also when they
/// share a backend's threads.
template <backend B>
class basic_model {
public:
    using backend_type = B;
    using T = typename B::scalar;

    basic_model(network_rows rows, std::vector<layer_functions<B>> own, seed s, B b = B{},
                fusing fuse = fusing::on)
        : parts_{std::make_shared<parts>(std::move(rows), std::move(own), std::move(b), fuse)}
    {
        initialise(s);
    }
    basic_model(basic_model const&) = delete;
    basic_model& operator=(basic_model const&) = delete;
    basic_model(basic_model&&) noexcept = default;
    basic_model& operator=(basic_model&&) noexcept = default;
    ~basic_model() = default;

    /// Another handle to this model: what one of them changes the other sees, and the model lives as long as
    /// the last of them. A trainer holds one, so that its model may be moved.
    basic_model handle()
    {
        (void)whole();
        return basic_model{parts_};
    }

    network_rows const& rows() const { return whole().rows; }
    parameter_list const& parameters() const { return whole().parameters; }
    B& device() { return whole().b; }
    executor<B>& run() { return whole().run; }
    /// Keeps other threads out for as long as the turn is there: what is computed and fetched in more than
    /// one call belongs together. Throws error where another thread uses the model.
    ///
    ///     auto const turn = m.use();
    ///     auto const y = m.run().infer(batch, m.data());
    one_user::turn use() { return run().use(); }
    /// The one allocation of all tensors, on the device.
    T* data() { return whole().values.data(); }
    T const* data() const { return whole().values.data(); }
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
    bool both_strands() const { return whole().both_strands; }
    /// Training and opening a file set it. Throws error where another thread uses the model.
    void set_both_strands(bool both)
    {
        auto const turn = use();
        whole().both_strands = both;
    }

    /// The values of a tensor, in the order of its shape; throws error if there is none of the name.
    std::vector<T> values(std::string_view name)
    {
        auto const turn = use();
        auto const& p = parameters()[name];
        std::vector<T> host(p.count);
        fetch(device(), host.data(), data() + p.offset, p.count);
        return host;
    }
    /// Sets a tensor. Throws error, and changes nothing, where the count differs or a number is not finite.
    void set_values(std::string_view name, std::span<T const> host)
    {
        auto const turn = use();
        auto const& p = parameters()[name];
        if (host.size() != p.count)
            throw error{std::string{name} + ": expected " + std::to_string(p.count) + " numbers, found " +
                        std::to_string(host.size())};
        detail::require_finite_numbers(name, host, "");
        device().upload(data() + p.offset, host.data(), p.count);
    }
    /// All tensors as one run of numbers (alignment included), for snapshots.
    std::vector<T> snapshot()
    {
        auto const turn = use();
        std::vector<T> host(parameters().total());
        fetch(device(), host.data(), data(), host.size());
        return host;
    }
    /// Sets all tensors to a snapshot of this model or of one of the same network; throws shape_error where
    /// the count differs, and error where a number is not finite; it then changes nothing.
    void restore(std::span<T const> host)
    {
        auto const turn = use();
        detail::require_numbers(parameters().total(), host.size(), "the snapshot has");
        detail::require_finite_tensors(parameters(), host, " of the snapshot");
        device().upload(data(), host.data(), host.size());
    }

    /// PyTorch's default initial values (uniform within 1 / sqrt(fan-in)), each tensor from its own random
    /// stream.
    void initialise(seed s)
    {
        auto const turn = use();
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
    /// was trained so or `strands` says so; none of no sequences. Those of a sequence do not depend on the
    /// others, and memory does not grow with their number. Throws shape_error for sequences of another length
    /// than the model's, and error for a code that is no letter.
    std::vector<T> predict(view<letter const, 2> sequences, strands_read strands = {})
    {
        auto const turn = use();
        constexpr extent at_once = 256;
        extent const n = sequences.size(0), bases = sequences.size(1);
        detail::require_memory(sequences);
        if (n == 0) return {};
        detail::require_length(length(), static_cast<std::size_t>(bases));
        require_letters({sequences.data, sequences.count()}, static_cast<std::size_t>(bases));
        std::vector<T> host(static_cast<std::size_t>(n) * static_cast<std::size_t>(outputs())), other;
        auto letters = device().template make<letter>(sequences.slice(0, std::min(n, at_once)).count());
        std::vector<letter> flipped;
        for (extent first = 0; first < n; first += at_once) {
            auto const some = sequences.slice(first, std::min(n, first + at_once));
            T* const to = host.data() + static_cast<std::size_t>(first) * static_cast<std::size_t>(outputs());
            logits_as_given(some, letters, to);
            if (!strands.both(*this)) continue;
            flipped.assign(some.data, some.data + some.count());
            for (std::size_t at = 0; at < flipped.size(); at += static_cast<std::size_t>(bases))
                reverse_complement({flipped.data() + at, static_cast<std::size_t>(bases)});
            other.resize(static_cast<std::size_t>(some.size(0)) * static_cast<std::size_t>(outputs()));
            logits_as_given({flipped.data(), some.size(0), bases}, letters, other.data());
            for (std::size_t i = 0; i < other.size(); ++i) to[i] = (to[i] + other[i]) / 2;
        }
        return host;
    }

private:
    void logits_as_given(view<letter const, 2> some, array_on<B, letter>& letters, T* to)
    {
        device().upload(letters.data(), some.data, some.count());
        bool const has_n = look_at({some.data, some.count()}).n;
        auto const logits = run().infer({{letters.data(), some.size(0), some.size(1)}, has_n}, data());
        fetch(device(), to, logits.data, logits.count());
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
    explicit basic_model(std::shared_ptr<parts> all) : parts_{std::move(all)} {}
    parts& whole() const
    {
        if (!parts_) throw error{"the model was moved away: what it was moved to holds it"};
        return *parts_;
    }

    std::shared_ptr<parts> parts_;
};

/// A network with parameters on a backend; a dynamic network takes its numbers here.
///
///     model<net, cpu<float>> m{seed{1}};
///     model<dynamic_net, cpu<float>> d{{.length = 200, .units = {100}, .outputs = 3}, seed{1}};
template <class Network, class B>
class model : public basic_model<typename detail::checked_backend<B>::type> {
    static_assert(detail::is_network<Network>, "the first argument of a model is a network: "
                                               "model<network<dna<200>, ...>, cpu<float>>");

public:
    using network_type = Network;
    explicit model(seed s, B b = B{}, fusing fuse = fusing::on) : model{sizes{}, s, std::move(b), fuse} {}
    /// Throws shape_error if a number is missing or does not fit.
    model(sizes const& given, seed s, B b = B{}, fusing fuse = fusing::on)
        : basic_model<B>{network_rows{Network::resolve(given)}, own(), s, std::move(b), fuse}
    {
    }

private:
    static std::vector<layer_functions<B>> own()
    {
        auto const all = detail::functions_of<B>(typename Network::layer_types{});
        return {all.begin(), all.end()};
    }
};

} // namespace explainn::EXPLAINN_ABI
