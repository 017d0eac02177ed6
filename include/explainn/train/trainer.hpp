// The training loop.
#pragma once
#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include <explainn/train/evaluate.hpp>
#include <explainn/train/events.hpp>
#include <explainn/train/optimizer.hpp>
#include <explainn/train/schedule.hpp>
#include <explainn/train/training_state.hpp>

namespace explainn {

/// How to train; the defaults are the reference's.
struct training {
    int epochs = 100;
    int patience = 10; ///< epochs without a better validation loss before it stops; 0: never
    std::size_t batch = 100;
    seed from{1};
    bool both_strands =
        false;     ///< each epoch holds both strands; logits are averaged over them everywhere else
    int shift = 0; ///< in each epoch sequences move by up to so many bases, either way; N comes in
    bool non_negative = false; ///< head weights are clamped at 0 after every step
    double clip_norm = 0;      ///< gradients are scaled down to this 2-norm; 0: not
    double clip_value = 0;     ///< gradients are clamped to this; 0: not
    double average = 0;        ///< decay of the moving average that is evaluated and kept; 0: none
    double l1_head = 0;        ///< added to the gradient of head weights: l1_head * sign(weight)
    double l1_filters = 0;     ///< the same for the filters: the first convolution of every bank
    int reduce_patience = 0;   ///< epochs without a better loss before the rate is reduced; 0: never
    double reduce_factor = 0.1;
    std::function<bool(std::string_view)> freezes{};   ///< by parameter name: not trained
    std::function<double(std::string_view)> rate_of{}; ///< by parameter name: factor of the learning rate
    std::function<bool(std::string_view)> decays{};    ///< by parameter name: weight decay applies; none: to
                                                       ///< weights, not to biases and norms
};

enum class ending { finished, interrupted };

/// Trains a model. The same seed gives the same bits for any number of threads, and a run that is continued
/// from a training_state ends as an unbroken one.
///
///     trainer t{m, adam{.learning_rate = 0.003}, bce_with_logits{}, {.epochs = 100, .patience = 10, .from =
///     seed{1}}}; t.fit(part{data, split.train}, part{data, split.valid});
///     // m now holds the best epoch's parameters
template <backend B, class Optimizer, class Loss, class Schedule = constant_rate>
requires optimizer<Optimizer, B> && loss<Loss, B>
class trainer {
public:
    using T = typename B::scalar;

    trainer(basic_model<B>& m, Optimizer o, Loss l, training how, Schedule schedule = {})
        : model_{m}, optimizer_{std::move(o)}, loss_{std::move(l)}, how_{std::move(how)}, schedule_{std::move(
                                                                                              schedule)}
    {
        auto& b = m.device();
        gradients_ = b.template make<T>(m.parameters().total());
        for (int i = 0; i < Optimizer::states; ++i) moments_[i] = b.template make<T>(m.parameters().total());
        collect_runs();
    }

    /// Called with the state after an epoch and when a run stops, and at most every `seconds` in between.
    void checkpoint(std::function<void(training_state<T> const&)> write, double seconds = 60)
    {
        write_ = std::move(write);
        every_ = std::chrono::duration<double>{seconds};
    }
    /// Goes on from a state that checkpoint() was given.
    void resume(training_state<T> const& s)
    {
        state_ = s;
        auto& b = model_.device();
        b.upload(model_.data(), s.values.data(), s.values.size());
        for (int i = 0; i < Optimizer::states; ++i)
            b.upload(moments_[i].data(), s.state[i].data(), s.state[i].size());
        average_ = s.average.empty() ? array_on<B, T>{} : b.template make<T>(s.average.size());
        b.upload(average_.data(), s.average.data(), s.average.size());
    }
    /// Where the run stands; its arrays are those of the last checkpoint and of the best epoch.
    training_state<T> const& state() const { return state_; }

    /// Trains until the epochs are over or patience is; the model then holds the best epoch. Throws error if
    /// the loss is not a number. A listener that answers go_on::no stops it with a checkpoint.
    template <labelled_sequences Train, labelled_sequences Valid, class Listener = silent>
    ending fit(part<Train> const& train, part<Valid> const& valid, Listener listener = {})
    {
        if (train.rows.size() < 2)
            throw error{"expected at least two training sequences (batch norm needs two), found " +
                        std::to_string(train.rows.size())};
        reading const how{how_.both_strands, 256};
        if (how_.batch < 2)
            throw error{"expected batches of at least two sequences (batch norm needs two), found " +
                        std::to_string(how_.batch)};
        model_.set_both_strands(how_.both_strands);
        last_write_ = std::chrono::steady_clock::now();
        while (!state_.finished && state_.epoch <= how_.epochs) {
            auto const order = epoch_order(train.rows, how_.both_strands, how_.from,
                                           static_cast<std::uint32_t>(state_.epoch), how_.shift);
            std::size_t const batches = batch_count(order.size(), how_.batch);
            std::span<sample const> const all{order};
            for (; state_.batch < batches; ++state_.batch) {
                if (state_.batch != 0 && !continues(batch_event(batches), listener)) return interrupted();
                host_.fill(train.data, batch_of(all, how_.batch, state_.batch));
                step(host_, static_cast<double>(batches));
            }
            detail::tell(listener, batch_event(batches));
            finish_epoch(valid, how);
            bool const go = detail::tell(listener, epoch_event()) == go_on::yes;
            state_.finished = how_.patience > 0 && state_.epoch - 1 >= state_.best_epoch + how_.patience;
            write();
            if (!go && !state_.finished && state_.epoch <= how_.epochs) return ending::interrupted;
        }
        if (!state_.best.empty()) model_.restore(state_.best);
        return ending::finished;
    }

    /// One training step on a batch: the loss before the step. Public for benchmarks and tests that hold it
    /// to PyTorch.
    loss_sum train_batch(host_batch const& batch)
    {
        loss_sum const before = state_.so_far;
        step(batch, 0);
        return {state_.so_far.sum - before.sum, state_.so_far.count - before.count};
    }
    /// The gradients of the last step, laid out as the parameters, on the host.
    std::vector<T> gradients() { return on_host(gradients_); }
    /// The moving average after the last step, laid out as the parameters, on the host; empty where there is
    /// none.
    std::vector<T> average() { return on_host(average_); }

private:
    // what is trained, and how
    struct trained_tensor {
        std::size_t first{}, count{};
        std::size_t bank{}; // whose units it is stepped with; of the head's the last
        bool decays{};
        double rate = 1;
    };
    // some of the elements of a trained tensor, in a row
    struct run_of_parameters {
        std::size_t first{}, count{};
    };
    // a tensor whose weights are pulled to zero
    struct penalty {
        std::size_t first{}, count{};
        double amount{};
    };
    static constexpr std::size_t longest_run = 1u << 14;

    std::vector<T> on_host(array_on<B, T> const& array)
    {
        std::vector<T> host(array.size());
        model_.device().download(host.data(), array.data(), host.size());
        return host;
    }
    bool is_filter(parameter const& p) const
    {
        auto const& rows = model_.rows();
        return p.layer >= 0 && p.part == 0 && rows.layer(p.layer).what == kind::conv &&
               p.layer == rows.banks[static_cast<std::size_t>(p.bank)].first;
    }
    void collect_runs()
    {
        for (auto const& p : model_.parameters()) {
            if (!p.trained) continue;
            bool const frozen = how_.freezes && how_.freezes(p.name());
            if (p.layer >= 0 && model_.rows().layer(p.layer).what == kind::batch_norm && frozen)
                model_.run().freeze_norm(p.layer, true);
            if (frozen) continue;
            double const rate = how_.rate_of ? how_.rate_of(p.name()) : 1;
            bool const decays = how_.decays ? how_.decays(p.name())
                                            : p.rank > 1 && p.fan_in > 0 && !p.name().ends_with("bias");
            bool const head = p.bank == -1;
            tensors_.push_back({p.offset, p.count,
                                head ? model_.rows().banks.size() - 1 : static_cast<std::size_t>(p.bank),
                                decays, rate});
            for (std::size_t at = 0; at < p.count; at += longest_run)
                runs_.push_back({p.offset + at, std::min(longest_run, p.count - at)});
            double const l1 = p.name() == "final.weight" ? how_.l1_head : is_filter(p) ? how_.l1_filters : 0;
            if (l1 > 0) penalties_.push_back({p.offset, p.count, l1});
        }
    }

    void step(host_batch const& host, double batches)
    {
        auto& b = model_.device();
        // without a label there is nothing to learn from
        if (std::ranges::all_of(host.labels, [](float y) { return std::isnan(y); })) return;
        if (letters_.size() < host.letters.size()) letters_ = b.template make<letter>(host.letters.size());
        if (labels_.size() < host.labels.size()) {
            labels_ = b.template make<float>(host.labels.size());
            dlogits_ = b.template make<T>(host.labels.size());
        }
        b.upload(letters_.data(), host.letters.data(), host.letters.size());
        b.upload(labels_.data(), host.labels.data(), host.labels.size());
        batch_view const batch{{letters_.data(), host.count, model_.length()}, host.has_n};
        step_number const number{how_.from, static_cast<std::uint32_t>(state_.step)};
        auto const logits = model_.run().train_forward(batch, model_.data(), number);
        view<T, 2> const dlogits{dlogits_.data(), host.count, model_.outputs()};
        auto const now =
            loss_(b, logits, view<float, 2>{labels_.data(), host.count, model_.outputs()}, dlogits);
        if (!std::isfinite(now.sum))
            throw error{"the loss is no longer a number at epoch " + std::to_string(state_.epoch) +
                        ", batch " + std::to_string(state_.batch + 1) + "; a smaller learning rate may help"};
        state_.so_far += now;
        model_.run().backward(batch, model_.data(), dlogits, gradients_.data(), number);
        regularise();
        ++state_.step;
        double const rate = optimizer_.learning_rate * state_.rate_factor *
                            schedule_(run_position{static_cast<double>(state_.step - 1),
                                                   batches * how_.epochs, state_.epoch - 1});
        optimize(rate);
        if (how_.non_negative) clamp_head();
        if (how_.average > 0) update_average();
    }
    // shared out as the units are: the gradients that a thread made are near it
    void optimize(double rate)
    {
        auto const& banks = model_.rows().banks;
        for (std::size_t k = 0; k < banks.size(); ++k) {
            // on whole vectors: a tensor's last elements are then the same wherever it is cut
            auto const until = [units = banks[k].units](trained_tensor const& t, extent u) {
                if (u == units) return t.count;
                std::size_t const at =
                    t.count * static_cast<std::size_t>(u) / static_cast<std::size_t>(units);
                return at - at % parameter_alignment;
            };
            model_.device().for_units(banks[k].units, [&](extent from, extent to) {
                for (auto const& t : tensors_) {
                    if (t.bank != k) continue;
                    std::size_t const begin = until(t, from), end = until(t, to);
                    if (begin != end) apply(t, t.first + begin, end - begin, rate);
                }
            });
        }
    }
    void apply(trained_tensor const& t, std::size_t first, std::size_t count, double rate)
    {
        auto const run_in = [&](auto& array) {
            return array.size() == 0 ? view<T, 1>{nullptr, static_cast<extent>(count)}
                                     : piece(array.data(), first, count);
        };
        optimizer_(model_.device(), optimizer_run<T>{.parameter = piece(model_.data(), first, count),
                                                     .gradient = run_in(gradients_),
                                                     .state = {run_in(moments_[0]), run_in(moments_[1])},
                                                     .step = state_.step,
                                                     .learning_rate = rate * t.rate,
                                                     .decays = t.decays});
    }

    // does something to every run at once, over the threads
    template <class Each>
    void each_run(Each each)
    {
        model_.device().for_range(runs_.size(), [&](std::size_t first, std::size_t last) {
            for (std::size_t i = first; i < last; ++i) each(i, runs_[i]);
        });
    }
    view<T, 1> piece(T* flat, std::size_t first, std::size_t count)
    {
        return {flat + first, static_cast<extent>(count)};
    }
    void clamp(view<T, 1> x, double factor, double least, double most)
    {
        run(model_.device(), op::scale_and_clamp<T>{.factor = factor, .least = least, .most = most, .x = x});
    }
    void regularise()
    {
        auto& b = model_.device();
        for (auto const& p : penalties_) { // few numbers: on the host
            auto &g = scratch_, &w = other_scratch_;
            g.resize(p.count);
            w.resize(p.count);
            b.download(g.data(), gradients_.data() + p.first, p.count);
            b.download(w.data(), model_.data() + p.first, p.count);
            for (std::size_t i = 0; i < p.count; ++i)
                g[i] += static_cast<T>(p.amount * ((w[i] > 0) - (w[i] < 0)));
            b.upload(gradients_.data() + p.first, g.data(), p.count);
        }
        constexpr double no_end = std::numeric_limits<double>::infinity();
        auto const bound = [&](double factor, double most) {
            each_run([&](std::size_t, run_of_parameters const& r) {
                clamp(piece(gradients_.data(), r.first, r.count), factor, -most, most);
            });
        };
        if (how_.clip_value > 0) bound(1, how_.clip_value);
        if (how_.clip_norm > 0) {
            squares_.resize(runs_.size());
            each_run([&](std::size_t i, run_of_parameters const& r) {
                run(b, op::sum_of_squares<T>{.x = piece(gradients_.data(), r.first, r.count),
                                             .total = {&squares_[i], 1}});
            });
            double const norm = std::sqrt(std::accumulate(squares_.begin(), squares_.end(), 0.0));
            if (double const factor = how_.clip_norm / (norm + 1e-6); factor < 1) bound(factor, no_end);
        }
    }
    void clamp_head()
    {
        auto const& w = model_.parameters()["final.weight"];
        clamp(piece(model_.data(), w.offset, w.count), 1, 0, std::numeric_limits<double>::infinity());
    }
    void update_average()
    {
        auto& b = model_.device();
        std::size_t const all = model_.parameters().total();
        bool const first = average_.size() == 0;
        if (first) average_ = b.template make<T>(all);
        // a young average follows faster, so that the start is soon forgotten
        auto const steps = static_cast<double>(state_.step);
        double const decay = first ? 0 : std::min(how_.average, steps / (steps + 9));
        b.for_range((all + longest_run - 1) / longest_run, [&](std::size_t from, std::size_t to) {
            std::size_t const at = from * longest_run, count = std::min(to * longest_run, all) - at;
            run(b, op::moving_average<T>{.value = piece(model_.data(), at, count),
                                         .decay = decay,
                                         .average = piece(average_.data(), at, count)});
        });
    }

    template <class Valid>
    void finish_epoch(part<Valid> const& valid, reading how)
    {
        std::vector<T> kept;
        if (average_.size() != 0) {
            kept = model_.snapshot();
            model_.restore(average());
        }
        auto const total = evaluate(model_, valid, loss_, how);
        if (total.count == 0) throw error{"expected some resolved labels in the validation part, found none"};
        double const loss_now = total.mean();
        if (std::isnan(loss_now))
            throw error{"the validation loss is no longer a number at epoch " + std::to_string(state_.epoch)};
        state_.history.push_back({state_.so_far.mean(), loss_now});
        if (loss_now < state_.best_loss) {
            state_.best_loss = loss_now;
            state_.best_epoch = state_.epoch;
            state_.best = model_.snapshot();
        } else {
            state_.rate_factor *=
                on_plateau{how_.reduce_patience, how_.reduce_factor}(state_.epoch - state_.best_epoch);
        }
        if (!kept.empty()) model_.restore(kept);
        ++state_.epoch;
        state_.batch = 0;
        state_.so_far = {};
    }
    batch_done batch_event(std::size_t batches) const
    {
        return {
            state_.epoch,        how_.epochs, state_.batch, batches, static_cast<std::size_t>(host_.count),
            state_.so_far.mean()};
    }
    epoch_done epoch_event() const
    {
        return {state_.epoch - 1, how_.epochs, state_.history.back().train, state_.history.back().valid,
                state_.best_epoch};
    }
    template <class Listener>
    bool continues(batch_done const& e, Listener& listener)
    {
        if (detail::tell(listener, e) == go_on::no) return false;
        if (write_ && std::chrono::steady_clock::now() - last_write_ > every_) write();
        return true;
    }
    ending interrupted()
    {
        write();
        return ending::interrupted;
    }
    void write()
    {
        if (!write_) return;
        auto& b = model_.device();
        state_.values = model_.snapshot();
        for (int i = 0; i < Optimizer::states; ++i) {
            state_.state[i].resize(moments_[i].size());
            b.download(state_.state[i].data(), moments_[i].data(), moments_[i].size());
        }
        state_.average = average();
        write_(state_);
        last_write_ = std::chrono::steady_clock::now();
    }

    basic_model<B>& model_;
    Optimizer optimizer_;
    Loss loss_;
    training how_;
    Schedule schedule_;
    training_state<T> state_;
    std::vector<trained_tensor> tensors_;
    std::vector<run_of_parameters> runs_;
    std::vector<penalty> penalties_;
    array_on<B, T> gradients_{}, dlogits_{}, moments_[2]{}, average_{};
    array_on<B, letter> letters_{};
    array_on<B, float> labels_{};
    host_batch host_;
    std::vector<T> scratch_, other_scratch_; // kept, so that a step allocates nothing
    std::vector<double> squares_;
    std::function<void(training_state<T> const&)> write_;
    std::chrono::duration<double> every_{60};
    std::chrono::steady_clock::time_point last_write_{};
};

} // namespace explainn
