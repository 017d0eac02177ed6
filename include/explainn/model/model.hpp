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

/// The inputs of some rows, on the host; an input that the network does not read is left out.
struct input_rows {
    view<letter const, 2> sequences{}; ///< (N, L)
    view<float const, 3> signals{};    ///< (N, C, L)
};

/// A model without its network's type: training, prediction and interpretation work on it. It cannot be
/// copied, because it owns arrays on the device. It may be moved at any time, also while a trainer uses it;
/// every call on a model that was moved from throws error. One thread at a time may use a model; while one
/// computes with it, a call from another throws error. Several models may be used at once, also when they
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

    /// Another handle to the same model: each sees the changes made through the other, and the model lives as
    /// long as the last handle. A trainer has one, so that its model may be moved.
    basic_model handle()
    {
        (void)whole();
        return basic_model{parts_};
    }

    network_rows const& rows() const { return whole().rows; }
    parameter_list const& parameters() const { return whole().parameters; }
    B& device() { return whole().b; }
    executor<B>& run() { return whole().run; }
    /// Takes a turn that keeps other threads out as long as it exists, for computations and copies that
    /// belong together but need several calls. Throws error where another thread uses the model.
    ///
    ///     auto const turn = m.use();
    ///     auto const y = m.run().infer(batch, m.data());
    one_user::turn use() { return run().use(); }
    /// The one array of all tensors, on the device.
    T* data() { return whole().values.data(); }
    T const* data() const { return whole().values.data(); }
    /// Number of bases of the sequences that it reads; 0 where it reads signals alone.
    extent length() const { return rows().length; }
    extent outputs() const { return rows().outputs; }
    /// Number of units of all banks.
    extent units() const
    {
        extent n = 0;
        for (auto const& bank : rows().banks) n += bank.units;
        return n;
    }

    /// Whether the model was trained on both strands: then its logits are the mean over them, in predict()
    /// and in every other function that reads sequences with the model and gets no other choice.
    bool both_strands() const { return whole().both_strands; }
    /// Sets what both_strands() returns, as training and opening a file do. Throws error where another thread
    /// uses the model.
    void set_both_strands(bool both)
    {
        auto const turn = use();
        whole().both_strands = both;
    }

    /// The values of a tensor, in the order of its shape; throws error if there is no tensor of this name.
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
    /// All tensors as one array of numbers (with the padding for alignment), for snapshots.
    std::vector<T> snapshot()
    {
        auto const turn = use();
        std::vector<T> host(parameters().total());
        fetch(device(), host.data(), data(), host.size());
        return host;
    }
    /// Sets all tensors to a snapshot of this model or of one with the same network. Throws shape_error where
    /// the count differs, and error where a number is not finite; the model is then unchanged.
    void restore(std::span<T const> host)
    {
        auto const turn = use();
        detail::require_numbers(parameters().total(), host.size(), "the snapshot has");
        detail::require_finite_tensors(parameters(), host, " of the snapshot");
        device().upload(data(), host.data(), host.size());
    }

    /// Sets PyTorch's default initial values (uniform within 1 / sqrt(fan-in)), each tensor from its own
    /// stream of random numbers.
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
    /// was trained on both or `strands` asks for it. No sequences give no logits. The logits of a sequence do
    /// not depend on the others, and memory does not grow with the number of sequences. Throws shape_error
    /// for sequences of another length than the model's and for a model that reads signals, and error for a
    /// code that is not a letter.
    std::vector<T> predict(view<letter const, 2> sequences, strands_read strands = {})
    {
        return predict(input_rows{.sequences = sequences, .signals = {}}, strands);
    }
    /// The same for rows with signals (N, C, L), and with sequences where the network reads both. Signals are
    /// the same for both strands. Also throws shape_error for signals of another shape than the model's, and
    /// error for a signal that is not finite.
    ///
    ///     std::vector<float> const scores(3 * 350, 0.5f);
    ///     auto const logits = m.predict(input_rows{.signals = {scores.data(), 3, 350, 1}});
    template <std::same_as<input_rows> Rows>
    std::vector<T> predict(Rows const& given, strands_read strands = {})
    {
        auto const turn = use();
        constexpr extent at_once = 256;
        detail::require_memory(given.sequences);
        detail::require_memory(given.signals);
        extent const n = rows().reads_dna() ? given.sequences.size(0) : given.signals.size(0);
        if (given.sequences.size(0) == 0 && given.signals.size(0) == 0) return {};
        require_input_rows(given, n);
        std::vector<T> host(static_cast<std::size_t>(n) * static_cast<std::size_t>(outputs())), other;
        host_arrays on_device;
        std::vector<letter> flipped;
        for (extent first = 0; first < n; first += at_once) {
            extent const last = std::min(n, first + at_once);
            input_rows some = given;
            if (rows().reads_dna()) some.sequences = given.sequences.slice(first, last);
            if (rows().reads_signals()) some.signals = given.signals.slice(first, last);
            T* const to = host.data() + static_cast<std::size_t>(first) * static_cast<std::size_t>(outputs());
            logits_as_given(some, on_device, to);
            if (!rows().reads_dna() || !strands.both(*this)) continue;
            auto const bases = static_cast<std::size_t>(length());
            flipped.assign(some.sequences.data, some.sequences.data + some.sequences.count());
            for (std::size_t at = 0; at < flipped.size(); at += bases)
                reverse_complement({flipped.data() + at, bases});
            other.resize(static_cast<std::size_t>(last - first) * static_cast<std::size_t>(outputs()));
            some.sequences.data = flipped.data();
            logits_as_given(some, on_device, other.data());
            for (std::size_t i = 0; i < other.size(); ++i) to[i] = (to[i] + other[i]) / 2;
        }
        return host;
    }

private:
    // the arrays that predict() copies to the device
    struct host_arrays {
        array_on<B, letter> letters{};
        array_on<B, float> signals{};
    };
    void require_input_rows(input_rows const& given, extent n) const
    {
        auto const& of_model = rows();
        if (of_model.reads_signals()) {
            auto const& s = given.signals;
            detail::require_signals(of_model.signals, s ? shape{s.size(1), s.size(2)} : shape{});
            if (s.size(0) != n)
                throw shape_error{"expected signals for each of " + std::to_string(n) +
                                  " sequences, found signals for " + std::to_string(s.size(0))};
            detail::require_finite_signals({s.data, s.count()}, s.stride());
        }
        if (!of_model.reads_dna() && given.sequences.size(0) == 0) return;
        auto const bases = static_cast<std::size_t>(given.sequences.size(1));
        detail::require_length(length(), bases);
        require_letters({given.sequences.data, given.sequences.count()}, bases);
    }
    void logits_as_given(input_rows const& some, host_arrays& arrays, T* to)
    {
        batch_view batch{{}, false, {}};
        auto const bring = [this]<class X, int Rank>(auto& array, view<X const, Rank> from) {
            if (array.size() < from.count()) array = device().template make<X>(from.count());
            device().upload(array.data(), from.data, from.count());
            from.data = array.data();
            return from;
        };
        if (rows().reads_dna()) {
            batch.has_n = look_at({some.sequences.data, some.sequences.count()}).n;
            batch.sequences = bring(arrays.letters, some.sequences);
        }
        if (rows().reads_signals()) batch.signals = bring(arrays.signals, some.signals);
        auto const logits = run().infer(batch, data());
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
        if (!parts_) throw error{"the model was moved away; the object that it was moved to holds it"};
        return *parts_;
    }

    std::shared_ptr<parts> parts_;
};

/// A network with parameters on a backend; for a dynamic network, the missing numbers are given here.
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
