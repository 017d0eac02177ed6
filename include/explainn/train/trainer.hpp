// The training loop.
#pragma once
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <explainn/core/number_text.hpp>
#include <explainn/train/agreement.hpp>
#include <explainn/train/checked_training.hpp>
#include <explainn/train/device_batch.hpp>
#include <explainn/train/evaluate.hpp>
#include <explainn/train/events.hpp>
#include <explainn/train/schedule.hpp>
#include <explainn/train/step.hpp>
#include <explainn/train/training.hpp>
#include <explainn/train/training_state.hpp>

namespace explainn::EXPLAINN_ABI {

/// How fit() ended: all epochs are trained or patience is used up; or a listener stopped it.
enum class ending { finished, interrupted };

namespace detail {
/// A loss or a parameter is no longer a number: the values of the run are lost.
struct values_lost : error {
    using error::error;
};
template <class P>
inline constexpr bool is_part = false;
template <labelled_data Data>
inline constexpr bool is_part<explainn::part<Data>> = true;
} // namespace detail

/// Trains a model. A step is work for the backend's queue (recorded, where nothing in it waits for the host):
/// numbers that change from step to step are on the device, and so are the sums of the loss, which are read
/// only when a listener or a checkpoint needs them. The same seed gives the same bits for any number of
/// threads, and a run that is continued from a training_state ends with the same bits as an unbroken one.
///
/// There are two sets of values: those of the run, from which every step continues, and those that the model
/// holds when fit() ends, in whatever way: the values of the best epoch. The first set is in state(), and on
/// the device, until it is needed again. So a run that was stopped, and whose model was used meanwhile,
/// continues from its last step and not from its best epoch: to call fit() again, or to resume() from its
/// state in another trainer or another process, gives the bits of an unbroken run.
///
/// Optimizer, loss, schedule, listeners and the function of checkpoint() are called by the thread that calls
/// fit(). An optimizer that is written for one range of parameters is called by all threads of the backend at
/// once, each with parameters of its own. One thread at a time may use the trainer and its model.
///
/// With an exchange, several ranks train one model: each has a trainer and a model with the same values and
/// is given the same data; `batch` counts the sequences of all ranks, of which each rank reads its share.
/// Dropout and the mean over labels are those of the whole batch, batch norms that train use the statistics
/// of a rank's own share, and running statistics are the means over ranks. Every rank ends with the same
/// bits. Listeners of all ranks must give the same answers, and one rank is enough to write checkpoints.
///
///     trainer t{m, adam{.learning_rate = 0.003}, bce_with_logits{}, {.epochs = 100, .patience = 10, .from =
///     seed{1}}}; t.fit(part{data, split.train}, part{data, split.valid});
///     // m now holds the best epoch's parameters
template <backend B, class Optimizer, class Loss, class Schedule = constant_rate, class Exchange = alone>
class trainer {
    static_assert(exchange<Exchange, B>, "the last argument of a trainer is an exchange: it has rank(), "
                                         "ranks() and add(B&, view) for views of B::scalar and of double");
    static_assert(detail::checked_training<B, Optimizer, Loss, Schedule>::right);
    static_assert(Optimizer::states >= 0 && Optimizer::states <= most_optimizer_states,
                  "an optimizer keeps from 0 to 8 arrays of state beside the parameters");

public:
    using T = typename B::scalar;

    /// Keeps a handle to the model. Throws error where a number of the settings cannot be used, where
    /// `freezes` or `rate_of` changes no parameter, where `freezes` leaves nothing to train, where a penalty
    /// applies to nothing, and where another thread uses the model.
    trainer(basic_model<B>& m, Optimizer o, Loss l, training how, Schedule schedule = {},
            Exchange between = {})
        : model_{m.handle()}, how_{checked(m, o, std::move(how))}, schedule_{std::move(schedule)},
          step_{m, std::move(o), std::move(l), how_, std::move(between)}
    {
    }

    /// Sets a function that is called with the state after each epoch and when a run stops, and in between
    /// when `seconds` have passed since the last call.
    void checkpoint(std::function<void(training_state<T> const&)> write, double seconds = 60)
    {
        write_ = std::move(write);
        every_ = std::chrono::duration<double>{seconds};
    }
    /// Continues from a state that checkpoint() was given. Throws error, and changes nothing, where the state
    /// belongs to another model or another optimizer, or holds a number that is not finite, and where an
    /// unfinished run was begun with another batch size, seed, shift or number of strands, because it would
    /// not give the same bits. fit() throws the same error for another number of training sequences.
    void resume(training_state<T> const& s)
    {
        require_own(s);
        state_ = s;
        step_.write(s);
        left_with_.clear();
        ended_ = cut_ = false;
    }
    /// The state of the run; its arrays are those of the last checkpoint or of the end of fit(), and those of
    /// the best epoch.
    training_state<T> const& state() const { return state_; }
    /// Adds so many epochs to a run: a finished run continues from its last epoch, and patience counts from
    /// there; any other run gets more epochs than it was to have. A schedule sees the new number of epochs.
    /// To resume() such a run in another trainer, make that trainer with the new number. Throws error for
    /// less than one epoch.
    ///
    ///     if (t.fit(train, valid) == ending::finished) {
    ///         t.add_epochs(10);
    ///         t.fit(train, valid);
    ///     }
    void add_epochs(int more)
    {
        if (more < 1) throw error{"expected at least one epoch to add, found " + std::to_string(more)};
        int const from = is_over() ? state_.epoch - 1 : how_.epochs;
        if (more > std::numeric_limits<int>::max() - 1 - from)
            throw error{"expected fewer than 2147483647 epochs in all, found " + std::to_string(more) +
                        " more than " + std::to_string(from)};
        if (is_over()) {
            how_.epochs = state_.epoch - 1;
            state_.order = {}; // the epochs to be added may have another order
            state_.patient_from = state_.epoch - 1;
        }
        how_.epochs += more;
        state_.finished = ended_ = false;
    }

    /// Trains until all epochs are trained or patience is used up. A listener that returns go_on::no stops
    /// the run with a checkpoint. However fit() ends, the model then holds the best epoch so far (with the
    /// values of the moving average where there is one); if the run is stopped before there is a best epoch,
    /// the model holds the run's last values.
    ///
    /// Throws error, before the first step, where the data do not fit the model, for fewer than two training
    /// sequences, for a part without labels, for a run that is finished (add_epochs() lets it continue) and
    /// for a model that was changed since this trainer stopped. Throws error during training if the loss is
    /// not a number; the message says what the model then holds: the best epoch, or what it held before.
    /// Exceptions of a listener or of the function of checkpoint() are passed on, and fit() may be called
    /// again.
    template <labelled_data Train, labelled_data Valid, class Listener = silent>
    ending fit(part<Train> const& train, part<Valid> const& valid, Listener listener = {})
    {
        require_agreement(model_, valid);
        require_labels(valid, "validation");
        reading const how{how_.both_strands, 256};
        return run_epochs(train, listener, true, [&] { return validate(valid, how); });
    }
    /// Trains without a validation part: all epochs, whatever patience is. The model then holds the last
    /// epoch's values, or the moving average where `average` asks for it. The validation losses of the
    /// history are NaN. Also throws error for a reduce_patience, which needs a validation loss.
    ///
    ///     trainer t{m, adam{}, bce_with_logits{}, {.epochs = 20, .average = 0.999}};
    ///     t.fit(part{data, rows});
    template <labelled_data Train, class Listener = silent>
        requires(!detail::is_part<Listener>)
    ending fit(part<Train> const& train, Listener listener = {})
    {
        if (how_.reduce_patience > 0)
            throw error{"expected a reduce_patience of 0 where there is no validation part, found " +
                        std::to_string(how_.reduce_patience)};
        return run_epochs(train, listener, false, [&] { return keep_last(); });
    }

    /// Makes one training step on a batch, from the values that the model holds; returns the loss before the
    /// step. It is public for benchmarks and for tests that compare it with PyTorch. Waits for the loss.
    /// Throws error where the batch does not fit the model, and where the loss is not a number: the model's
    /// values are then lost.
    loss_sum train_batch(host_batch const& batch)
    {
        if (require_agreement(model_, batch) && !batch.has_n)
            throw error{"the batch holds N and says that it does not (host_batch::has_n)"};
        if (step_.ranks() == 1 && !has_label(batch)) return {};
        auto const turn = model_.use();
        step_(batch, next_step(0));
        loss_sum const total = step_.last_total();
        read_sums();
        return total;
    }
    /// The gradients of the last step, laid out as the parameters, on the host.
    std::vector<T> gradients() { return step_.gradients(); }
    /// The moving average after the last step, laid out as the parameters, on the host; empty where there is
    /// none.
    std::vector<T> average() { return step_.average(); }

private:
    // returns the settings if they, the optimizer and the model can be used together
    static training checked(basic_model<B>& m, Optimizer const& o, training how)
    {
        auto const turn = m.use();
        detail::require_rate("a learning rate", o.learning_rate);
        if constexpr (requires { o.check(); }) o.check();
        detail::require_usable(how);
        if (how.both_strands && !m.rows().reads_dna())
            throw error{
                "expected a network that reads DNA for both_strands, found one that reads signals alone"};
        if (how.shift > 0 && how.shift >= m.length())
            throw error{"expected a shift below the " + std::to_string(m.length()) +
                        " bases that the model reads, found " + std::to_string(how.shift)};
        return how;
    }
    bool is_over() const { return state_.finished || state_.epoch > how_.epochs; }

    template <class Data>
    void require_labels(part<Data> const& p, std::string const& name) const
    {
        std::vector<float> labels(p.data.outputs());
        for (auto const row : p.rows) {
            p.data.labels_of(row, labels);
            if (!std::ranges::all_of(labels, [](float y) { return std::isnan(y); })) return;
        }
        throw error{"expected some resolved labels in the " + name + " part, found none"};
    }
    template <class Data>
    void require_trainable(part<Data> const& train) const
    {
        if (train.rows.size() < 2)
            throw error{"expected at least two training sequences (batch norm needs two), found " +
                        std::to_string(train.rows.size())};
        if (how_.batch < 2)
            throw error{"expected batches of at least two sequences (batch norm needs two), found " +
                        std::to_string(how_.batch)};
        if (auto const ranks = static_cast<std::size_t>(step_.ranks()); ranks > 1) {
            std::size_t const samples = train.rows.size() * (how_.both_strands ? 2 : 1);
            std::size_t const batches = batch_count(samples, how_.batch);
            std::size_t const last = samples - (batches - 1) * how_.batch;
            if (std::size_t const least = std::min(how_.batch, last); least < 2 * ranks)
                throw error{"expected batches of at least two sequences for each of " +
                            std::to_string(ranks) + " ranks, found one of " + std::to_string(least)};
        }
        require_labels(train, "training");
        if (cut_)
            throw error{"expected a run that can go on, found one that an error cut within a step; a new "
                        "trainer can resume its last checkpoint"};
        if (ended_)
            throw error{"expected a run that is not over, found one that finished after epoch " +
                        std::to_string(state_.epoch - 1) +
                        "; add_epochs lets it go on, a new trainer begins anew"};
    }
    order_facts order_of(std::size_t rows) const
    {
        return {rows, how_.batch, how_.from, how_.both_strands, how_.shift};
    }
    // an unfinished run must continue in its order; `rows` is the size of the training part, 0 if not yet
    // known
    void require_same_order(training_state<T> const& s, std::size_t rows) const
    {
        bool const over = s.finished || s.epoch > how_.epochs, begun = s.epoch > 1 || s.batch > 0;
        if (over || !begun || s.order.rows == 0) return;
        order_facts const &was = s.order, now = order_of(rows);
        auto const same = [&](char const* what, auto before, auto found) {
            if (before != found)
                throw error{"expected " + (what + (" as the run was begun with, " + std::to_string(before))) +
                            ", found " + std::to_string(found) + "; it stands at epoch " +
                            std::to_string(s.epoch) + " after " +
                            detail::counted(s.batch, "batch", "batches") +
                            ", and would not go on to the same bits; a new trainer begins from the model's "
                            "values"};
        };
        if (rows != 0) same("as many training sequences", was.rows, now.rows);
        same("a batch size", was.batch, now.batch);
        same("a seed", was.from.value, now.from.value);
        same("both_strands", int{was.both_strands}, int{now.both_strands});
        same("a shift", was.shift, now.shift);
    }
    // puts the run's values back into the model
    void take_up()
    {
        if (left_with_.empty()) return;
        if (model_.snapshot() != left_with_)
            throw error{"expected the model as this trainer left it, found other values in it; a run goes on "
                        "from values of its own, a new trainer begins from the model's"};
        put(state_.values);
        left_with_.clear();
    }
    // sets the model's numbers without a check: those of a run that failed may not be finite
    void put(std::vector<T> const& values)
    {
        auto const turn = model_.use();
        model_.device().upload(model_.data(), values.data(), values.size());
    }
    // leaves the model with other values than the run's, which stay in the state
    void leave_with(std::vector<T> values)
    {
        put(values);
        left_with_ = std::move(values);
    }

    // does the work of fit(); `end_epoch()` follows the batches of each epoch and returns the validation loss
    template <class Train, class Listener, class EndEpoch>
    ending run_epochs(part<Train> const& train, Listener& listener, bool keeps_best, EndEpoch end_epoch)
    {
        static_assert(explainn::listener<Listener>,
                      "a listener is called with batch_done or epoch_done, and this one takes neither");
        require_agreement(model_, train);
        require_trainable(train);
        require_same_order(state_, train.rows.size());
        if (!is_over()) state_.order = order_of(train.rows.size());
        model_.set_both_strands(how_.both_strands);
        fallback_ = model_.snapshot();
        fallback_epoch_ = 0;
        take_up();
        auto const leave = [&] {
            cut_ = cut_ || !sums_are_numbers();
            if (!cut_) fetch_state();
            if (keeps_best && !state_.best.empty()) return leave_with(state_.best);
            if (cut_) return leave_with(fallback_);
            if (!keeps_best && step_.has_average()) leave_with(state_.average);
        };
        step_.set_sums(state_.so_far);
        try {
            ending const how = epochs(train, listener, keeps_best, end_epoch);
            leave();
            ended_ = how == ending::finished;
            return how;
        } catch (detail::values_lost const& e) {
            cut_ = true;
            leave();
            throw error{e.what() + ("; the model holds " + held_in_words(keeps_best))};
        } catch (...) {
            leave();
            throw;
        }
    }
    std::string held_in_words(bool keeps_best) const
    {
        if (keeps_best && !state_.best.empty()) return "the best epoch, " + std::to_string(state_.best_epoch);
        if (fallback_epoch_ > 0) return "the last whole epoch, " + std::to_string(fallback_epoch_);
        return "the values it had before";
    }
    template <class Train, class Listener, class EndEpoch>
    ending epochs(part<Train> const& train, Listener& listener, bool keeps_best, EndEpoch end_epoch)
    {
        last_write_ = std::chrono::steady_clock::now();
        std::optional<device_rows<B>> rows;
        if constexpr (detail::holds_letters_alone<Train> && runs<B, op::gather_letters>)
            if (gathers_letters(model_.device()) && model_.rows().reads_dna())
                rows.emplace(model_.device(), train);
        while (!is_over()) {
            auto const order = epoch_order(train.rows, how_.both_strands, how_.from,
                                           static_cast<std::uint32_t>(state_.epoch), how_.shift);
            std::size_t const batches = batch_count(order.size(), how_.batch);
            std::span<sample const> const all{order};
            for (; state_.batch < batches; ++state_.batch) {
                if (state_.batch != 0 && !continues(batches, listener)) return interrupted();
                auto const samples = batch_of(all, how_.batch, state_.batch);
                gathered_from<B> const from{rows ? &*rows : nullptr, share_of(samples)};
                fill_share(train.data, samples, from);
                // without a label there is nothing to learn from
                if (!has_label(host_) && !has_label(train.data, samples)) continue;
                auto const turn = model_.use();
                cut_ = true; // until the step is complete
                step_(host_, next_step(static_cast<double>(batches)), from);
                cut_ = false;
            }
            read_sums();
            // go_on::no after the last batch stops the run when the epoch is complete
            bool go = detail::tell(listener, batch_event(batches)) == go_on::yes;
            finish_epoch(end_epoch());
            state_.finished =
                keeps_best && how_.patience > 0 &&
                state_.epoch - 1 - std::max(state_.best_epoch, state_.patient_from) >= how_.patience;
            go = detail::tell(listener, epoch_event()) == go_on::yes && go;
            write();
            if (!go && !is_over()) return ending::interrupted;
        }
        return ending::finished;
    }

    // this rank's share of a batch
    std::span<sample const> share_of(std::span<sample const> samples) const
    {
        auto const rank = static_cast<std::size_t>(step_.rank()),
                   ranks = static_cast<std::size_t>(step_.ranks());
        std::size_t const first = samples.size() * rank / ranks, last = samples.size() * (rank + 1) / ranks;
        return samples.subspan(first, last - first);
    }
    template <class Data>
    void fill_share(Data const& data, std::span<sample const> samples, gathered_from<B> from)
    {
        if (from.rows) host_.fill_all_but_letters(data, from.samples);
        else host_.fill(data, from.samples);
        host_.first = static_cast<extent>(from.samples.data() - samples.data());
        host_.all = static_cast<extent>(samples.size());
    }
    static bool has_label(host_batch const& batch)
    {
        return !std::ranges::all_of(batch.labels, [](float y) { return std::isnan(y); });
    }
    // whether the share of some rank has a label
    template <class Data>
    bool has_label(Data const& data, std::span<sample const> samples)
    {
        if (step_.ranks() == 1) return false;
        label_row_.resize(data.outputs());
        for (auto const& each : samples) {
            data.labels_of(each.row, label_row_);
            if (!std::ranges::all_of(label_row_, [](float y) { return std::isnan(y); })) return true;
        }
        return false;
    }

    void require_own(training_state<T> const& s) const
    {
        std::size_t const all = model_.parameters().total();
        detail::require_numbers(all, s.values.size(), "the state has");
        for (std::size_t i = 0; i < std::max(step_.arrays, s.state.size()); ++i) {
            std::size_t const found = i < s.state.size() ? s.state[i].size() : 0;
            std::size_t const kept = i < step_.arrays ? all : 0;
            if (found != kept)
                throw error{"expected the state of an optimizer that keeps " +
                            detail::counted(step_.arrays, "array") + " beside the parameters, found " +
                            std::to_string(found) + " numbers in array " + std::to_string(i + 1)};
        }
        if (!s.average.empty()) detail::require_numbers(all, s.average.size(), "the state's average has");
        if (!s.best.empty()) detail::require_numbers(all, s.best.size(), "the state's best epoch has");
        auto const finite = [&](std::vector<T> const& numbers, std::string const& where) {
            if (!numbers.empty())
                detail::require_finite_tensors<T>(model_.parameters(), numbers, " of the state's " + where);
        };
        finite(s.values, "values");
        for (std::size_t i = 0; i < step_.arrays; ++i)
            finite(s.state[i], "array " + std::to_string(i + 1) + " of the optimizer");
        finite(s.average, "average");
        finite(s.best, "best epoch");
        require_same_order(s, 0);
    }

    // the numbers of the next step
    step_values next_step(double batches)
    {
        ++state_.step;
        step_values now;
        now.learning_rate = step_.optimizer().learning_rate * state_.rate_factor *
                            schedule_(run_position{static_cast<double>(state_.step - 1),
                                                   batches * how_.epochs, state_.epoch - 1});
        if (!(now.learning_rate >= 0))
            detail::require_rate("a learning rate of the schedule", now.learning_rate);
        // while there are few steps, the average follows faster, so that the initial values are soon
        // forgotten
        auto const steps = static_cast<double>(state_.step);
        now.average_decay = step_.has_average() ? std::min(how_.average, steps / (steps + 9)) : 0;
        now.step = state_.step;
        now.batch = static_cast<std::int64_t>(state_.batch) + 1;
        return now;
    }

    // Reads the sums of the epoch's losses, which waits for the device; returns false if one was not finite.
    bool sums_are_numbers()
    {
        auto const found = step_.sums();
        lost_at_ = found.lost_at;
        if (lost_at_ != 0) return false;
        state_.so_far = found.total;
        return true;
    }
    void read_sums()
    {
        if (sums_are_numbers()) return;
        step_.set_sums(state_.so_far);
        throw detail::values_lost{"the loss is no longer a number at epoch " + std::to_string(state_.epoch) +
                                  ", batch " + std::to_string(lost_at_) +
                                  "; a smaller learning rate may help"};
    }

    // the loss over the validation part, with the values that would be kept
    template <class Valid>
    double validate(part<Valid> const& valid, reading how)
    {
        auto const turn = model_.use();
        struct lent {
            trainer& of;
            std::vector<T> values;
            ~lent()
            {
                if (!values.empty()) of.put(values);
            }
        } const of_the_run{*this, step_.has_average() ? model_.snapshot() : std::vector<T>{}};
        if (step_.has_average()) put(average());
        auto const total = validation_total(valid, how);
        if (total.count == 0) throw error{"expected some resolved labels in the validation part, found none"};
        double const loss_now = total.mean();
        if (!std::isfinite(loss_now))
            throw detail::values_lost{"the validation loss is no longer a number at epoch " +
                                      std::to_string(state_.epoch)};
        if (loss_now < state_.best_loss) {
            auto values = model_.snapshot();
            require_all_finite(values);
            state_.best = std::move(values);
            state_.best_loss = loss_now;
            state_.best_epoch = state_.epoch;
        } else {
            state_.rate_factor *=
                on_plateau{how_.reduce_patience, how_.reduce_factor}(state_.epoch - state_.best_epoch);
        }
        return loss_now;
    }
    // each rank reads a share of the rows
    template <class Valid>
    loss_sum validation_total(part<Valid> const& valid, reading how)
    {
        auto const rank = static_cast<std::size_t>(step_.rank()),
                   ranks = static_cast<std::size_t>(step_.ranks());
        std::size_t const first = valid.rows.size() * rank / ranks,
                          last = valid.rows.size() * (rank + 1) / ranks;
        auto& b = model_.device();
        loss_adder<B> adder{b};
        evaluator<B>{model_, how}.on_device(
            part<Valid>{valid.data, valid.rows.subspan(first, last - first)},
            [&](std::size_t, view<T const, 2> logits, host_batch const& batch) {
                adder.add(step_.loss(), logits, batch.labels);
            });
        step_.add_over_ranks(adder.sums());
        return adder.total();
    }
    // an activation may hide from the loss that a parameter is not finite
    void require_all_finite(std::vector<T> const& values) const
    {
        if (!std::ranges::all_of(values, [](T x) { return std::isfinite(x); }))
            throw detail::values_lost{"a parameter is no longer a number at the end of epoch " +
                                      std::to_string(state_.epoch)};
    }
    // without a validation part: keeps the values that the model holds if a later epoch fails
    double keep_last()
    {
        auto last = step_.has_average() ? average() : model_.snapshot();
        require_all_finite(last);
        fallback_ = std::move(last);
        fallback_epoch_ = state_.epoch;
        return std::numeric_limits<double>::quiet_NaN();
    }
    void finish_epoch(double validation_loss)
    {
        state_.history.push_back({state_.so_far.mean(), validation_loss});
        ++state_.epoch;
        state_.batch = 0;
        state_.so_far = {};
        step_.set_sums(state_.so_far);
    }
    batch_done batch_event(std::size_t batches) const
    {
        return {state_.epoch,        how_.epochs, state_.batch, batches, static_cast<std::size_t>(host_.all),
                state_.so_far.mean()};
    }
    epoch_done epoch_event() const
    {
        return {state_.epoch - 1, how_.epochs, state_.history.back().train, state_.history.back().valid,
                state_.best_epoch};
    }
    template <class Listener>
    bool continues(std::size_t batches, Listener& listener)
    {
        if constexpr (constexpr std::size_t every = detail::loss_every<Listener>; every != 0)
            if (state_.batch == 1 || state_.batch % every == 0) read_sums();
        if (detail::tell(listener, batch_event(batches)) == go_on::no) return false;
        if (write_ && std::chrono::steady_clock::now() - last_write_ > every_) {
            read_sums();
            write();
        }
        return true;
    }
    ending interrupted()
    {
        read_sums();
        write();
        return ending::interrupted;
    }
    // copies the current arrays into the state
    void fetch_state() { step_.read(state_); }
    void write()
    {
        if (!write_) return;
        fetch_state();
        write_(state_);
        last_write_ = std::chrono::steady_clock::now();
    }

    basic_model<B> model_; // a handle
    training how_;
    Schedule schedule_;
    detail::training_step<B, Optimizer, Loss, Exchange> step_;
    training_state<T> state_;
    std::int64_t lost_at_ = 0; // the batch whose loss was not finite when the sums were last read; 0: none
    std::vector<T> left_with_; // the values the model was left with, where they are not the run's
    std::vector<T> fallback_;  // the model's values after an error before any best epoch
    int fallback_epoch_ = 0;   // the epoch of these values; 0: they are from before fit()
    bool ended_ = false;       // fit() returned that the run is finished
    bool cut_ = false;         // an error occurred within a step: the run cannot continue
    host_batch host_;
    std::vector<float> label_row_; // kept, so that the loop allocates nothing
    std::function<void(training_state<T> const&)> write_;
    std::chrono::duration<double> every_{60};
    std::chrono::steady_clock::time_point last_write_{};
};

} // namespace explainn::EXPLAINN_ABI
