// Runs a network's stages on a backend: forward and backward of a batch, a block of units at a time through
// all stages.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include <explainn/core/one_user.hpp>
#include <explainn/model/lower.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// Is told when gradients are final, and does nothing.
struct nothing_is_final {
    void operator()(int) const {}
};
} // namespace detail

/// Executes any network on one backend; instantiated once per backend, not per network.
/// It keeps references to its backend, rows and parameter list. Its arrays hold one batch: one thread at a
/// time may use it, and a second one gets an error meanwhile.
template <backend B>
class executor {
public:
    using T = typename B::scalar;

    /// `own` has the passes of the layers of a user's own, by layer.
    executor(B& b, network_rows const& rows, parameter_list const& parameters,
             std::vector<layer_functions<B>> own, fusing fuse = fusing::on)
        : b_{b}, parameters_{parameters}, network_{rows, {}, std::move(own), {}, {}}
    {
        network_.weights.resize(rows.layers.size());
        network_.functions.resize(rows.layers.size());
        for (std::size_t i = 0; i < rows.layers.size(); ++i)
            if (rows.layers[i].what != kind::own)
                network_.functions[i] = library_functions<B>(rows.layers[i].what);
            else if (!network_.functions[i].forward)
                throw error{"a layer of a user's own needs forward(backend, layer_forward) to run"};
        for (auto const& p : parameters)
            if (p.layer >= 0)
                network_.weights[static_cast<std::size_t>(p.layer)][static_cast<std::size_t>(p.part)] = &p;
        extent feature = 0;
        for (auto const& bank : rows.banks) {
            banks_.push_back({bank, lower(rows, bank, fuse), {}, feature});
            banks_.back().memory.resize(banks_.back().stages.size());
            feature += bank.units * banks_.back().per_unit();
        }
    }

    /// The stages of a bank, as lowered. Throws error for a bank there is not.
    std::vector<stage> const& stages(int bank) const
    {
        (void)network_.rows.bank(bank);
        return banks_[static_cast<std::size_t>(bank)].stages;
    }

    /// Nobody else may use it for as long as the turn is there. Throws error where another thread does.
    one_user::turn use() { return {user_, "a model"}; }

    /// Logits (N, O) with running statistics and without dropout, on the device; they stay until the next
    /// batch.
    view<T const, 2> infer(batch_view const& batch, T* values)
    {
        auto const turn = use();
        forward(batch, values, nullptr);
        return logits(batch.sequences.size(0));
    }
    /// Logits of a training step: batch statistics (the running ones in `values` follow) and dropout. A bank
    /// that is frozen in the step runs as at inference and keeps nothing for a gradient.
    view<T const, 2> train_forward(batch_view const& batch, T* values, step_number step)
    {
        auto const turn = use();
        forward(batch, values, &step);
        return logits(batch.sequences.size(0));
    }
    /// Gradients of all trained parameters but those of frozen banks, laid out as the parameters; the other
    /// arguments as in the train_forward before. final(bank) is called when the work that gives the gradients
    /// of a bank is enqueued, and none that follows changes them: first with -1, the head, then with each
    /// bank that learns. An exchange between ranks may begin there.
    template <class Final = detail::nothing_is_final>
    void backward(batch_view const& batch, T* values, view<T const, 2> dlogits, T* gradients,
                  step_number step, Final final = {})
    {
        auto const turn = use();
        extent const n = batch.sequences.size(0);
        for (auto& p : banks_)
            run(b_,
                op::linear_gradient<T>{.x = unit_outputs(p, n),
                                       .weight = head_weight(values),
                                       .first = p.first_feature,
                                       .dy = dlogits,
                                       .dx = learns(p, step) ? view<T, 3>{p.memory.back().dy.data(),
                                                                          p.bank.units, n, p.per_unit()}
                                                             : view<T, 3>{},
                                       .dweight = head_weight(gradients),
                                       .dbias = p.first_feature == 0 ? head_bias(gradients) : view<T, 1>{}});
        final(-1);
        for (auto& p : banks_) {
            if (!learns(p, step)) continue;
            auto const backward = [&](std::size_t i, extent from, extent to) {
                auto const s = slice(p, i, from, to, batch, values, gradients, &step);
                detail::on_stage_type(p.stages[i].what, [&s](auto type) { type.backward(s); });
            };
            for (std::size_t last = p.stages.size(); last > 0;) {
                std::size_t first = last;
                while (first > 0 && !spreads_its_gradient(p, first - 1)) --first;
                if (first == last) backward(--first, 0, p.bank.units);
                else // backwards: what the last units kept is still near
                    b_.for_units_backwards(p.bank.units, [&](extent from, extent to) {
                        for (std::size_t i = last; i-- > first;) backward(i, from, to);
                    });
                last = first;
            }
            final(static_cast<int>(&p - banks_.data()));
        }
    }
    /// How often arrays were made anew for larger batches: work that was recorded before is not to be
    /// replayed.
    std::uint64_t times_grown() const { return times_grown_; }
    /// Outputs of a bank's units for the batch of n that ran last: (U, n, C L), on the device. Throws error
    /// for a bank there is not, and for more sequences than ever ran at once.
    view<T const, 3> unit_outputs(int bank, extent n)
    {
        (void)network_.rows.bank(bank);
        if (n < 0 || n > capacity_)
            throw error{"expected the outputs of a batch that ran, of at most " + std::to_string(capacity_) +
                        " sequences, found " + std::to_string(n)};
        return unit_outputs(banks_[static_cast<std::size_t>(bank)], n);
    }

private:
    struct bank_plan {
        bank_row bank;
        std::vector<stage> stages;
        std::vector<stage_memory<B>> memory;
        extent first_feature{};
        extent capacity = 0; // sequences that the memory holds
        bool trains = false; // it holds what a gradient needs, too
        extent per_unit() const { return bank.out.channels * bank.out.positions; }
    };

    // not one that is frozen in this step
    bool learns(bank_plan const& p, step_number const& step) const
    {
        auto const bank = static_cast<std::size_t>(&p - banks_.data());
        return bank >= step.frozen_banks.size() || step.frozen_banks[bank] == 0;
    }
    stage_slice<B> slice(bank_plan& p, std::size_t i, extent from, extent to, batch_view const& batch,
                         T* values, T* gradients, step_number const* step)
    {
        return {b_,    network_, p.bank,    p.stages[i], p.memory[i], i == 0 ? nullptr : &p.memory[i - 1],
                batch, values,   gradients, step,        from,        to};
    }

    view<T const, 2> logits(extent n) { return view<T, 2>{logits_.data(), n, network_.rows.outputs}; }
    view<T const, 3> unit_outputs(bank_plan& p, extent n)
    {
        return view<T, 3>{p.memory.back().y.data(), p.bank.units, n, p.per_unit()};
    }
    view<T, 2> head_weight(T* flat) const
    {
        return {flat + parameters_["final.weight"].offset, network_.rows.outputs, network_.rows.features};
    }
    view<T, 1> head_bias(T* flat) const
    {
        if (network_.rows.bias == head_bias::none) return {};
        return {flat + parameters_["final.bias"].offset, network_.rows.outputs};
    }

    void forward(batch_view const& batch, T* values, step_number const* step)
    {
        extent const n = batch.sequences.size(0);
        reserve(n, step);
        if (network_.one_hot.size() != 0)
            run(b_, op::one_hot<T>{.sequences = batch.sequences,
                                   .y = {network_.one_hot.data(), 1, n, 4, network_.rows.length}});
        if (step) window_statistics(batch);
        for (auto& p : banks_) {
            run_stages(p, batch, values, step && learns(p, *step) ? step : nullptr);
            run(b_, op::linear<T>{.x = unit_outputs(p, n),
                                  .weight = head_weight(values),
                                  .first = p.first_feature,
                                  .bias = head_bias(values),
                                  .add = p.first_feature != 0,
                                  .y = {logits_.data(), n, network_.rows.outputs}});
        }
    }
    // A stage that the backend spreads by itself is given the whole bank; those between run together, a block
    // of units at a time.
    void run_stages(bank_plan& p, batch_view const& batch, T* values, step_number const* step)
    {
        auto const forward = [&](std::size_t i, extent from, extent to) {
            auto const s = slice(p, i, from, to, batch, values, nullptr, step);
            detail::on_stage_type(p.stages[i].what, [&s](auto type) { type.forward(s); });
        };
        for (std::size_t first = 0; first < p.stages.size();) {
            std::size_t last = first;
            while (last < p.stages.size() && !spreads_itself(p, last)) ++last;
            if (first == last) forward(last++, 0, p.bank.units);
            else
                b_.for_units(p.bank.units, [&](extent from, extent to) {
                    for (std::size_t i = first; i < last; ++i) forward(i, from, to);
                });
            first = last;
        }
    }

    bool spreads_itself(bank_plan const& p, std::size_t i) const
    {
        bool whole = false;
        detail::on_stage_type(p.stages[i].what,
                              [&](auto type) { whole = type.whole_bank(b_, p.bank.units); });
        return whole;
    }
    // A motif_scan spreads its forward pass alone.
    bool spreads_its_gradient(bank_plan const& p, std::size_t i) const
    {
        return p.stages[i].what != stage_kind::motif_scan && spreads_itself(p, i);
    }

    // Once per filter width: every unit of that width shares them.
    void window_statistics(batch_view const& batch)
    {
        for (auto& [w, m] : network_.windows)
            run(b_, op::window_statistics<T>{.sequences = batch.sequences,
                                             .mean = {m.mean.data(), w},
                                             .covariance = {m.covariance.data(), w, w}});
    }

    // Grows what the stages keep; nothing is allocated again for batches no larger than those before.
    void reserve(extent n, step_number const* step)
    {
        if (n > capacity_) {
            capacity_ = n;
            ++times_grown_;
            logits_ = b_.template make<T>(elements(n, network_.rows.outputs));
        }
        for (auto& p : banks_) {
            bool const trains = step && learns(p, *step);
            if (n <= p.capacity && (p.trains || !trains)) continue;
            p.trains = p.trains || trains;
            p.capacity = std::max(n, p.capacity);
            ++times_grown_;
            for (std::size_t i = 0; i < p.stages.size(); ++i) reserve(p, p.stages[i], p.memory[i]);
        }
    }
    void reserve(bank_plan const& p, stage const& s, stage_memory<B>& m)
    {
        shape const out = network_.rows.layer(s.last - 1).out;
        auto const whole = elements(p.bank.units, p.capacity) * elements(out.channels, out.positions);
        m = {};
        m.y = b_.template make<T>(whole);
        if (p.trains) m.dy = b_.template make<T>(whole);
        detail::on_stage_type(s.what, [&](auto type) {
            reserve_kept(p, type.keeps(network_.rows, s), m);
            if constexpr (requires { type.window(network_.rows, s); })
                if (extent const w = type.window(network_.rows, s); p.trains && w != 0) reserve_windows(w);
            std::size_t const letters = elements(p.capacity, 4) * elements(network_.rows.length, 1);
            if (!type.reads_letters && s.first == p.bank.first && network_.one_hot.size() < letters)
                network_.one_hot = b_.template make<T>(letters);
        });
    }
    void reserve_kept(bank_plan const& p, kept_rows const& rows, stage_memory<B>& m)
    {
        for (int k = 0; k < rows.size; ++k) {
            auto const& row = rows.rows[k];
            if (row.only_training && !p.trains) continue;
            std::size_t const count = elements(p.bank.units, row.per_unit) +
                                      elements(p.bank.units, p.capacity) * elements(row.per_sequence, 1);
            auto const i = static_cast<std::size_t>(k);
            if (row.type == kept_type::scalar) m.scalars[i] = b_.template make<T>(count);
            else m.positions[i] = b_.template make<std::uint16_t>(count);
        }
    }
    void reserve_windows(extent w)
    {
        if (!network_.windows.contains(w))
            network_.windows.emplace(w, window_moments<B>{b_.template make<double>(elements(w, 1)),
                                                          b_.template make<double>(elements(w, w))});
    }
    static std::size_t elements(extent a, extent b)
    {
        return static_cast<std::size_t>(a) * static_cast<std::size_t>(b);
    }

    one_user user_;
    B& b_;
    parameter_list const& parameters_;
    network_context<B> network_;
    std::vector<bank_plan> banks_;
    array_on<B, T> logits_{};
    extent capacity_{};
    std::uint64_t times_grown_ = 0;
};

} // namespace explainn::EXPLAINN_ABI
