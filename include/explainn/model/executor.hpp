// Runs a network's stages on a backend: forward and backward of a batch, a block of units at a time through
// all stages.
#pragma once
#include <algorithm>
#include <vector>

#include <explainn/core/one_user.hpp>
#include <explainn/model/dense_stage.hpp>
#include <explainn/model/layer_stage.hpp>
#include <explainn/model/scan_stage.hpp>

namespace explainn {

/// Executes any network on one backend; instantiated once per backend, not per network.
/// It keeps references to its backend, rows and parameter list. Its arrays hold one batch: one thread at a
/// time may use it, and a second one gets an error meanwhile.
template <backend B>
class executor {
public:
    using T = typename B::scalar;

    executor(B& b, network_rows const& rows, parameter_list const& parameters,
             std::vector<own_functions<B>> own, fusing fuse = fusing::on)
        : b_{b}, parameters_{parameters}, network_{rows,
                                                   std::vector<std::array<parameter const*, 4>>(
                                                       rows.layers.size()),
                                                   std::move(own),
                                                   std::vector<char>(rows.layers.size(), false),
                                                   {},
                                                   {}}
    {
        for (auto const& p : parameters)
            if (p.layer >= 0)
                network_.weights[static_cast<std::size_t>(p.layer)][static_cast<std::size_t>(p.part)] = &p;
        extent feature = 0;
        for (auto const& bank : rows.banks) {
            banks_.push_back({bank, lower(rows, bank, fuse), {}, feature});
            banks_.back().memory.resize(banks_.back().stages.size());
            feature += bank.units * banks_.back().per_unit();
            for (auto const& s : banks_.back().stages) check(s);
        }
    }

    /// The stages of a bank, as lowered.
    std::vector<stage> const& stages(int bank) const { return banks_[static_cast<std::size_t>(bank)].stages; }
    /// The batch norm at a (flat) layer index uses and keeps its running statistics while training.
    void freeze_norm(int layer, bool frozen) { network_.frozen[static_cast<std::size_t>(layer)] = frozen; }

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
    /// Logits of a training step: batch statistics (the running ones in `values` follow) and dropout.
    view<T const, 2> train_forward(batch_view const& batch, T* values, step_number step)
    {
        auto const turn = use();
        forward(batch, values, &step);
        return logits(batch.sequences.size(0));
    }
    /// Gradients of all trained parameters, laid out as the parameters; the other arguments as in the
    /// train_forward before.
    void backward(batch_view const& batch, T* values, view<T const, 2> dlogits, T* gradients,
                  step_number step)
    {
        auto const turn = use();
        extent const n = batch.sequences.size(0);
        for (auto& p : banks_)
            run(b_,
                op::linear_gradient<T>{.x = unit_outputs(p, n),
                                       .weight = head_weight(values),
                                       .first = p.first_feature,
                                       .dy = dlogits,
                                       .dx = {p.memory.back().dy.data(), p.bank.units, n, p.per_unit()},
                                       .dweight = head_weight(gradients),
                                       .dbias = p.first_feature == 0 ? head_bias(gradients) : view<T, 1>{}});
        for (auto& p : banks_)
            // backwards: what the last units kept is still near
            b_.for_units_backwards(p.bank.units, [&](extent from, extent to) {
                for (std::size_t i = p.stages.size(); i-- > 0;)
                    on_stage(slice(p, i, from, to, batch, values, gradients, &step),
                             [](auto const& s) { s.backward(); });
            });
    }
    /// Outputs of a bank's units for the batch of n that ran last: (U, n, C L), on the device.
    view<T const, 3> unit_outputs(int bank, extent n)
    {
        return unit_outputs(banks_[static_cast<std::size_t>(bank)], n);
    }

private:
    struct bank_plan {
        bank_row bank;
        std::vector<stage> stages;
        std::vector<stage_memory<B>> memory;
        extent first_feature{};
        extent per_unit() const { return bank.out.channels * bank.out.positions; }
    };

    void check(stage const& s) const
    {
        auto const& row = network_.rows.layer(s.first);
        if (row.what == kind::own && !network_.own[static_cast<std::size_t>(s.first)].forward)
            throw error{"a layer of a user's own needs forward(backend, own_forward) to run"};
    }
    stage_slice<B> slice(bank_plan& p, std::size_t i, extent from, extent to, batch_view const& batch,
                         T* values, T* gradients, step_number const* step)
    {
        return {b_,    network_, p.bank,    p.stages[i], p.memory[i], i == 0 ? nullptr : &p.memory[i - 1],
                batch, values,   gradients, step,        from,        to};
    }
    template <class Do>
    static void on_stage(stage_slice<B> const& s, Do what)
    {
        switch (s.what.what) {
        case stage_kind::motif_scan:
            return what(detail::scan_stage<B>{s});
        case stage_kind::dense_block:
        case stage_kind::dense_pair:
            return what(detail::dense_stage<B>{s});
        case stage_kind::single:
            return what(detail::layer_stage<B>{s});
        }
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
        reserve(n, step != nullptr);
        if (network_.one_hot.size() != 0)
            run(b_, op::one_hot<T>{.sequences = batch.sequences,
                                   .y = {network_.one_hot.data(), 1, n, 4, network_.rows.length}});
        if (step) window_statistics(batch);
        for (auto& p : banks_) {
            auto const forward = [&](std::size_t stage, extent from, extent to) {
                on_stage(slice(p, stage, from, to, batch, values, nullptr, step),
                         [](auto const& s) { s.forward(); });
            };
            bool const scan_apart = scans_by_sequence<B> && p.stages[0].what == stage_kind::motif_scan;
            if (scan_apart) forward(0, 0, p.bank.units);
            b_.for_units(p.bank.units, [&](extent from, extent to) {
                for (std::size_t i = scan_apart ? 1 : 0; i < p.stages.size(); ++i) forward(i, from, to);
            });
            run(b_, op::linear<T>{.x = unit_outputs(p, n),
                                  .weight = head_weight(values),
                                  .first = p.first_feature,
                                  .bias = head_bias(values),
                                  .add = p.first_feature != 0,
                                  .y = {logits_.data(), n, network_.rows.outputs}});
        }
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
    void reserve(extent n, bool training)
    {
        if (n <= capacity_ && (trains_ || !training)) return;
        trains_ = trains_ || training;
        capacity_ = std::max(n, capacity_);
        logits_ = b_.template make<T>(elements(capacity_, network_.rows.outputs));
        for (auto& p : banks_)
            for (std::size_t i = 0; i < p.stages.size(); ++i) reserve(p, p.stages[i], p.memory[i]);
    }
    void reserve(bank_plan const& p, stage const& s, stage_memory<B>& m)
    {
        auto const& first = network_.rows.layer(s.first);
        shape const out = network_.rows.layer(s.last - 1).out;
        extent const units = p.bank.units;
        auto const whole = elements(units, capacity_) * elements(out.channels, out.positions);
        auto const make = [this](std::size_t count) { return b_.template make<T>(count); };
        m.y = make(whole);
        if (trains_) m.dy = make(whole);
        switch (s.what) {
        case stage_kind::motif_scan: {
            extent const window = 4 * first.given.a;
            for (auto* a : {&m.scale, &m.shift, &m.inv_sd, &m.mean, &m.variance})
                *a = make(elements(units, 1));
            if (!trains_) break;
            m.at = b_.template make<std::uint16_t>(whole);
            m.covariance_weight = make(elements(units, window));
            if (s.norm >= 0 && !network_.windows.contains(window))
                network_.windows.emplace(
                    window, window_moments<B>{b_.template make<double>(elements(window, 1)),
                                              b_.template make<double>(elements(window, window))});
            break;
        }
        case stage_kind::dense_block:
            if (trains_) m.normalized = make(whole);
            m.mean = make(elements(units, out.channels));
            m.variance = make(elements(units, out.channels));
            break;
        case stage_kind::dense_pair: {
            extent const hidden = first.out.channels;
            m.mean = make(elements(units, hidden));
            m.variance = make(elements(units, hidden));
            m.second_mean = make(elements(units, 1));
            m.second_variance = make(elements(units, 1));
            if (!trains_) break;
            m.normalized = make(elements(units, capacity_) * elements(op::padded_row(hidden), 1));
            m.second_normalized = make(whole);
            break;
        }
        case stage_kind::single:
            if (s.first == p.bank.first)
                network_.one_hot = make(elements(capacity_, 4) * elements(network_.rows.length, 1));
            if (first.what == kind::max_pool && trains_) m.at = b_.template make<std::uint16_t>(whole);
            if (first.what == kind::batch_norm) {
                m.mean = make(elements(units, out.channels));
                m.variance = make(elements(units, out.channels));
            }
        }
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
    bool trains_{};
};

} // namespace explainn
