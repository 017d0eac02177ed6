// One training step as work for the backend's queue: forward, loss, backward, penalties, clipping, optimizer,
// average.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/model/model.hpp>
#include <explainn/train/batches.hpp>
#include <explainn/train/device_batch.hpp>
#include <explainn/train/exchange.hpp>
#include <explainn/train/loss.hpp>
#include <explainn/train/run_list.hpp>
#include <explainn/train/training.hpp>
#include <explainn/train/training_state.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// The losses of an epoch so far.
struct epoch_sums {
    loss_sum total;
    std::int64_t lost_at = 0; ///< the first batch, from 1, whose sum was not finite; 0: none
};

/// The steps of a trainer: the arrays that they read and write on the device, and which parameters they
/// change. It does not know about epochs. Its sums of losses and its arrays are copied to the host only on
/// request.
template <backend B, class Optimizer, class Loss, class Exchange>
class training_step {
public:
    using T = typename B::scalar;
    /// Arrays that the optimizer keeps.
    static constexpr auto arrays = static_cast<std::size_t>(Optimizer::states);

    /// Throws error where `freezes` or `rate_of` changes no parameter, where `freezes` leaves nothing to
    /// train, and where a penalty applies to nothing.
    training_step(basic_model<B>& m, Optimizer o, Loss l, training how, Exchange between)
        : model_{m.handle()}, optimizer_{std::move(o)}, loss_{std::move(l)}, how_{std::move(how)},
          exchange_{std::move(between)}
    {
        auto& b = model_.device();
        std::size_t const all = model_.parameters().total();
        gradients_ = b.template make<T>(all);
        for (auto& each : moments_) each = b.template make<T>(all);
        now_ = b.template make<step_values>(1);
        totals_ = b.template make<double>(2);
        sums_ = b.template make<double>(3);
        if (how_.average > 0) average_ = b.template make<T>(all);
        collect_tensors();
        squares_ = b.template make<double>(runs_.size());
    }

    /// Uploads the data of this step and enqueues its work; it does not wait for the device unless a loss or
    /// a penalty is computed on the host. Given unit outputs are copied from the host within the step, so
    /// that such a step is not recorded. The letters come with the batch, or are gathered on the device.
    void operator()(host_batch const& host, step_values const& now, gathered_from<B> from = {})
    {
        auto const turn = model_.use();
        auto& b = model_.device();
        if (labels_.size() < host.labels.size()) {
            labels_ = b.template make<float>(host.labels.size());
            dlogits_ = b.template make<T>(labels_.size());
            ++times_grown_;
        }
        b.upload(labels_.data(), host.labels.data(), host.labels.size());
        b.upload(now_.data(), &now, 1);
        has_average_ = has_average_ || how_.average > 0;
        batch_view batch = inputs_.upload(b, model_.rows(), host, from);
        batch.share = {host.first, host.all};
        auto const work = [&] { enqueue(batch); };
        if constexpr (only_enqueues<Loss> && steps_all_runs<Optimizer, B>) {
            if (own_penalties_.empty() && inputs_.given().empty()) {
                b.record(record_key{recorder_,
                                    times_grown_ + inputs_.times_grown() + model_.run().times_grown(),
                                    host.count, host.first, host.all, host.has_n},
                         work);
                return;
            }
        }
        work();
    }
    Optimizer const& optimizer() const { return optimizer_; }
    Loss const& loss() const { return loss_; }
    int rank() const { return exchange_.rank(); }
    int ranks() const { return exchange_.ranks(); }
    /// Adds an array up over all ranks.
    template <class X>
    void add_over_ranks(view<X, 1> x)
    {
        share(x);
        finish_sharing();
    }

    /// The totals of the last step's loss, over all ranks; waits for the device.
    loss_sum last_total()
    {
        double host[2];
        fetch(model_.device(), host, totals_.data(), 2);
        return {host[0], host[1]};
    }
    /// Sets the sums of the epoch to those from which it continues.
    void set_sums(loss_sum const& from)
    {
        double const host[3]{from.sum, from.count, 0};
        model_.device().upload(sums_.data(), host, 3);
    }
    /// The sums of the epoch so far; waits for the device.
    epoch_sums sums()
    {
        double host[3];
        fetch(model_.device(), host, sums_.data(), 3);
        return {{host[0], host[1]}, static_cast<std::int64_t>(host[2])};
    }
    std::vector<T> gradients() { return on_host(gradients_); }
    /// Whether a step has made the moving average.
    bool has_average() const { return has_average_; }
    std::vector<T> average() { return has_average_ ? on_host(average_) : std::vector<T>{}; }
    /// Copies the current arrays into a state, except those of the best epoch; waits for the device.
    void read(training_state<T>& s)
    {
        s.values = model_.snapshot();
        s.state.resize(std::max(arrays, std::size_t{2}));
        for (std::size_t i = 0; i < arrays; ++i) s.state[i] = on_host(moments_[i]);
        s.average = average();
    }
    /// Sets the arrays to those of a state.
    void write(training_state<T> const& s)
    {
        auto& b = model_.device();
        b.upload(model_.data(), s.values.data(), s.values.size());
        for (std::size_t i = 0; i < arrays; ++i)
            b.upload(moments_[i].data(), s.state[i].data(), s.state[i].size());
        has_average_ = !s.average.empty();
        if (has_average_ && average_.size() == 0) average_ = b.template make<T>(s.average.size());
        b.upload(average_.data(), s.average.data(), s.average.size());
        set_sums(s.so_far);
    }

private:
    // adjacent numbers of the flat array of parameters
    struct stretch {
        std::size_t first{}, last{};
        void include(parameter const& p)
        {
            first = last == 0 ? p.offset : std::min(first, p.offset);
            last = std::max(last, p.offset + p.count);
        }
    };
    // tensors whose weights an L1 penalty pulls towards zero
    struct pull_to_zero {
        run_list<B> runs;
        double amount{};
    };
    struct trained_tensor {
        std::size_t bank; // its units are stepped together; the head belongs to the last bank
        parameter_run whole;
    };
    // a user's penalty and a tensor that it applies to
    struct own_penalty {
        std::size_t which{};
        parameter const* tensor{};
    };

    std::vector<T> on_host(array_on<B, T> const& array)
    {
        std::vector<T> host(array.size());
        fetch(model_.device(), host.data(), array.data(), host.size());
        return host;
    }
    bool is_filter(parameter const& p) const
    {
        auto const& rows = model_.rows();
        if (p.layer < 0 || p.part != 0 || p.layer != rows.banks[static_cast<std::size_t>(p.bank)].first)
            return false;
        kind const first = rows.layer(p.layer).what;
        return first == kind::conv || first == kind::symmetric_conv || first == kind::strided_conv;
    }
    void collect_tensors()
    {
        std::vector<trained_tensor> tensors;
        gradients_of_.assign(model_.rows().banks.size() + 1, {});
        frozen_norms_.assign(model_.rows().layers.size(), 0);
        frozen_banks_.assign(model_.rows().banks.size(), 1);
        bool freezes = false, changes_rate = false;
        for (auto const& p : model_.parameters()) {
            if (!p.trained) continue;
            bool const frozen = how_.freezes && how_.freezes(p.name());
            double const rate = how_.rate_of ? how_.rate_of(p.name()) : 1;
            freezes = freezes || frozen;
            changes_rate = changes_rate || rate != 1;
            detail::require_rate("a factor of the learning rate of " + std::string{p.name()}, rate);
            if (p.layer >= 0 && model_.rows().layer(p.layer).what == kind::batch_norm && frozen)
                frozen_norms_[static_cast<std::size_t>(p.layer)] = 1;
            if (frozen) continue;
            if (p.layer >= 0) frozen_banks_[static_cast<std::size_t>(p.bank)] = 0;
            bool const decays = how_.decays ? how_.decays(p.name())
                                            : p.rank > 1 && p.fan_in > 0 && !p.name().ends_with("bias");
            std::size_t const last_bank = model_.rows().banks.size() - 1;
            bool const head = p.bank == -1;
            tensors.push_back(
                {head ? last_bank : static_cast<std::size_t>(p.bank), {p.offset, p.count, rate, decays}});
            gradients_of_[static_cast<std::size_t>(p.bank + 1)].include(p);
            if (how_.non_negative && p.name() == "final.weight") clamped_.add({p.offset, p.count});
            double const l1 = p.name() == "final.weight" ? how_.l1_head : is_filter(p) ? how_.l1_filters : 0;
            if (l1 > 0) {
                pulls_.emplace_back();
                pulls_.back().amount = l1;
                pulls_.back().runs.add({p.offset, p.count});
            }
            for (std::size_t i = 0; i < how_.penalties.size(); ++i) {
                auto const& own = how_.penalties[i];
                if (!own.applies || !own.add) throw error{"expected a penalty with both applies and add"};
                if (own.applies(p)) own_penalties_.push_back({i, &p});
            }
        }
        if (tensors.empty()) throw error{"training::freezes freezes every parameter: nothing is trained"};
        for (std::size_t i = 0; i < how_.penalties.size(); ++i)
            if (std::ranges::none_of(own_penalties_, [i](own_penalty const& p) { return p.which == i; }))
                throw error{"penalty " + std::to_string(i + 1) +
                            " of training::penalties (they count from "
                            "1) applies to no parameter that is trained; those of the model are " +
                            names()};
        if (how_.freezes && !freezes) refuse_without_name("freezes", "freezes");
        if (how_.rate_of && !changes_rate) refuse_without_name("rate_of", "changes the rate of");
        add_runs(tensors);
        collect_statistics();
        auto& b = model_.device();
        for (auto* list : {&runs_, &clamped_, &statistics_runs_}) list->upload(b);
        for (auto& pull : pulls_) pull.runs.upload(b);
    }
    // Some units one after the other, with all of their tensors, in the order in which gradients are
    // computed, so that numbers which a thread wrote are in its cache. Ranges end at whole vectors, so that
    // the last elements of a tensor are computed in the same way wherever it is divided.
    void add_runs(std::vector<trained_tensor> const& tensors)
    {
        auto const& banks = model_.rows().banks;
        for (std::size_t k = 0; k < banks.size(); ++k) {
            auto const units = static_cast<std::size_t>(banks[k].units);
            constexpr std::size_t together = 16;
            for (std::size_t u = 0; u < units; u += together)
                for (auto const& t : tensors) {
                    if (t.bank != k) continue;
                    auto const until = [&](std::size_t unit) {
                        if (unit >= units) return t.whole.count;
                        std::size_t const at = t.whole.count * unit / units;
                        return at - at % parameter_alignment;
                    };
                    std::size_t const from = until(u), to = until(u + together);
                    if (from != to)
                        runs_.add({t.whole.first + from, to - from, t.whole.rate, t.whole.decays});
                }
        }
    }
    // the running statistics that follow the batches
    void collect_statistics()
    {
        for (auto const& p : model_.parameters())
            if (!p.trained && p.layer >= 0 && model_.rows().layer(p.layer).what == kind::batch_norm &&
                frozen_norms_[static_cast<std::size_t>(p.layer)] == 0 &&
                frozen_banks_[static_cast<std::size_t>(p.bank)] == 0) {
                statistics_.push_back({p.offset, p.offset + p.count});
                statistics_runs_.add({p.offset, p.count});
            }
    }
    // the function is true for no name of the model: probably a name was mistyped
    [[noreturn]] void refuse_without_name(std::string const& what, std::string const& does) const
    {
        throw error{"training::" + what + " " + does + " no parameter of the model; they are " + names()};
    }
    std::string names() const
    {
        std::string all;
        for (auto const& p : model_.parameters())
            if (p.trained) all += (all.empty() ? "" : ", ") + std::string{p.name()};
        return all;
    }
    // enqueues the work of a step, which is the same for every batch of this size
    void enqueue(batch_view const& batch)
    {
        auto& b = model_.device();
        extent const n = batch.count(), outputs = model_.outputs();
        view<step_values const, 1> const now = view<step_values, 1>{now_.data(), 1};
        step_number const number{how_.from, 0, frozen_norms_, frozen_banks_, now_.data()};
        view<T, 2> const dlogits{dlogits_.data(), n, outputs};
        view<double, 1> const totals{totals_.data(), 2};
        auto const logits = model_.run().train_forward(batch, model_.data(), number, inputs_.given());
        loss_(b, loss_call<T>{.logits = logits,
                              .labels = view<float, 2>{labels_.data(), n, outputs},
                              .gradient = dlogits,
                              .totals = totals});
        share(totals);
        finish_sharing();
        run(b, op::add_totals<T>{.totals = totals, .now = now, .sums = {sums_.data(), 3}});
        if (!how_.sum_of_terms) run(b, op::divide_by_count<T>{.totals = totals, .x = dlogits});
        model_.run().backward(batch, model_.data(), dlogits, gradients_.data(), number, [&](int bank) {
            auto const& s = gradients_of_[static_cast<std::size_t>(bank + 1)];
            if (s.last > s.first)
                share(view<T, 1>{gradients_.data() + s.first, static_cast<extent>(s.last - s.first)});
        });
        share_statistics();
        finish_sharing();
        regularise();
        optimizer_step<T> all{.parameter = flat(model_.data()),
                              .gradient = flat(gradients_.data()),
                              .runs = runs_.all(),
                              .now = now};
        for (std::size_t i = 0; i < moments_.size(); ++i) all.state[i] = flat(moments_[i].data());
        step_all(b, optimizer_, all);
        if (clamped_.size() != 0)
            run(b, op::scale_and_clamp<T>{.least = 0, .runs = clamped_.all(), .x = flat(model_.data())});
        if (how_.average > 0)
            run(b, op::moving_average<T>{
                       .value = flat(model_.data()), .now = now, .average = flat(average_.data())});
    }
    view<T, 1> flat(T* all) { return {all, static_cast<extent>(model_.parameters().total())}; }
    template <class X>
    void share(view<X, 1> x)
    {
        if (exchange_.ranks() > 1) exchange_.add(model_.device(), x);
    }
    void finish_sharing()
    {
        if constexpr (requires { exchange_.finish(model_.device()); })
            if (exchange_.ranks() > 1) exchange_.finish(model_.device());
    }
    // sets the running statistics to the means over ranks, so that all ranks have the same model
    void share_statistics()
    {
        if (exchange_.ranks() == 1 || statistics_.empty()) return;
        for (auto const& s : statistics_)
            share(view<T, 1>{model_.data() + s.first, static_cast<extent>(s.last - s.first)});
        finish_sharing();
        run(model_.device(), op::scale_and_clamp<T>{.factor = 1.0 / exchange_.ranks(),
                                                    .runs = statistics_runs_.all(),
                                                    .x = flat(model_.data())});
    }
    void regularise()
    {
        auto& b = model_.device();
        for (auto& p : pulls_)
            run(b, op::add_sign<T>{.parameter = flat(model_.data()),
                                   .runs = p.runs.all(),
                                   .amount = p.amount,
                                   .gradient = flat(gradients_.data())});
        for (auto const& [which, tensor] : own_penalties_) {
            auto const first = tensor->offset, count = tensor->count;
            for (auto* v : {&scratch_, &other_scratch_}) v->resize(count);
            b.download(scratch_.data(), gradients_.data() + first, count);
            b.download(other_scratch_.data(), model_.data() + first, count);
            b.wait();
            own_gradient_.assign(scratch_.begin(), scratch_.end());
            own_values_.assign(other_scratch_.begin(), other_scratch_.end());
            how_.penalties[which].add(*tensor, own_values_, own_gradient_);
            std::transform(own_gradient_.begin(), own_gradient_.end(), scratch_.begin(),
                           [](double x) { return static_cast<T>(x); });
            b.upload(gradients_.data() + first, scratch_.data(), count);
        }
        if (how_.clip_value > 0)
            run(b, op::scale_and_clamp<T>{.least = -how_.clip_value,
                                          .most = how_.clip_value,
                                          .runs = runs_.all(),
                                          .x = flat(gradients_.data())});
        if (how_.clip_norm > 0) {
            view<double, 1> const squares{squares_.data(), static_cast<extent>(runs_.size())};
            run(b, op::sum_of_squares<T>{.x = flat(gradients_.data()), .runs = runs_.all(), .sums = squares});
            run(b, op::clip_norm<T>{.squares = squares,
                                    .most = how_.clip_norm,
                                    .runs = runs_.all(),
                                    .x = flat(gradients_.data())});
        }
    }

    basic_model<B> model_; // a handle
    Optimizer optimizer_;
    Loss loss_;
    training how_;
    Exchange exchange_;
    run_list<B> runs_;    // all parameters that are trained
    run_list<B> clamped_; // kept at 0 or above: the head's weights, where this is asked for
    std::vector<pull_to_zero> pulls_;
    std::vector<own_penalty> own_penalties_;
    std::vector<stretch> gradients_of_; // of the head, and of each bank
    std::vector<stretch> statistics_;   // running statistics that follow the batches
    run_list<B> statistics_runs_;       // the same, as ranges on the device
    std::vector<char> frozen_norms_;    // by layer
    std::vector<char> frozen_banks_;    // by bank: whether nothing in it is trained
    array_on<B, T> gradients_{}, dlogits_{}, average_{};
    bool has_average_ = false; // whether there is an average of some steps
    std::array<array_on<B, T>, arrays> moments_{};
    device_batch<B> inputs_;
    array_on<B, float> labels_{};
    array_on<B, step_values> now_{};
    array_on<B, double>
        totals_{};               // of the last step: sum of the loss's terms and their number, over all ranks
    array_on<B, double> sums_{}; // of the epoch so far; and the first batch whose sum was not finite, or 0
    array_on<B, double> squares_{};
    std::uint64_t recorder_ = new_recorder(), times_grown_ = 0;
    std::vector<T> scratch_, other_scratch_; // for penalties, kept so that a step allocates nothing
    std::vector<double> own_values_, own_gradient_;
};

} // namespace explainn::EXPLAINN_ABI::detail
