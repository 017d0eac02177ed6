// The training loop.
#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include <explainn/core/number_text.hpp>
#include <explainn/train/agreement.hpp>
#include <explainn/train/checked_training.hpp>
#include <explainn/train/device_batch.hpp>
#include <explainn/train/evaluate.hpp>
#include <explainn/train/events.hpp>
#include <explainn/train/optimizer.hpp>
#include <explainn/train/penalty.hpp>
#include <explainn/train/schedule.hpp>
#include <explainn/train/training_state.hpp>

namespace explainn::EXPLAINN_ABI {

/// How to train; the defaults are the reference's.
struct training {
    int epochs = 100;
    int patience = 10; ///< epochs without a better validation loss before it stops; 0: never. Has no effect
                       ///< where there is no validation part
    std::size_t batch = 100;
    seed from{1};
    bool both_strands =
        false;     ///< each epoch holds both strands; logits are averaged over them everywhere else
    int shift = 0; ///< in each epoch sequences move by up to so many bases, either way; N comes in
    bool non_negative = false; ///< head weights that are trained are clamped at 0 after every step
    double clip_norm = 0;      ///< gradients are scaled down to this 2-norm; 0: not
    double clip_value = 0;     ///< gradients are clamped to this; 0: not
    double average = 0;        ///< decay of the moving average that is evaluated and kept; 0: none
    double l1_head = 0;        ///< added to the gradient of head weights: l1_head * sign(weight)
    double l1_filters = 0;     ///< the same for the filters: the first convolution of every bank
    int reduce_patience = 0;   ///< epochs without a better validation loss before the rate is reduced; 0:
                               ///< never
    double reduce_factor = 0.1;
    std::function<bool(std::string_view)> freezes{};   ///< by parameter name: not trained. A bank of
                                                       ///< which nothing is trained has no dropout either
    std::function<double(std::string_view)> rate_of{}; ///< by parameter name: factor of the learning rate
    std::function<bool(std::string_view)> decays{};    ///< by parameter name: weight decay applies; none: to
                                                       ///< weights, not to biases and norms
    std::vector<penalty> penalties{};                  ///< of one's own, added to the gradients
};

namespace detail {
/// Throws error unless a rate, or a factor of one, is a number of 0 and more.
inline void require_rate(std::string const& what, double rate)
{
    if (!(rate >= 0 && std::isfinite(rate)))
        throw error{"expected " + what + " of 0 and more, found " + number_text(rate)};
}
/// Throws error where a number of a training is none that training can use.
inline void require_usable(training const& how)
{
    auto const at_least_0 = [](char const* what, double x) {
        if (!(x >= 0))
            throw error{std::string{"expected "} + what + " of 0 and more, found " + number_text(x)};
    };
    if (how.epochs < 1) throw error{"expected at least one epoch, found " + std::to_string(how.epochs)};
    if (how.epochs == std::numeric_limits<int>::max())
        throw error{"expected fewer than 2147483647 epochs, found " + std::to_string(how.epochs)};
    at_least_0("a patience", how.patience);
    at_least_0("a reduce_patience", how.reduce_patience);
    at_least_0("a shift", how.shift);
    at_least_0("a clip_norm", how.clip_norm);
    at_least_0("a clip_value", how.clip_value);
    require_from_0("an l1_head", how.l1_head);
    require_from_0("an l1_filters", how.l1_filters);
    if (!(how.average >= 0 && how.average < 1))
        throw error{"expected a moving average that decays by a factor from 0 to below 1, found " +
                    number_text(how.average)};
    if (!(how.reduce_factor > 0 && how.reduce_factor <= 1))
        throw error{"expected a reduce_factor above 0 and at most 1, found " +
                    number_text(how.reduce_factor)};
}
} // namespace detail

/// How fit() came to its end: all epochs are trained or patience is over; or a listener stopped it.
enum class ending { finished, interrupted };

namespace detail {
/// A loss or a parameter is no number any more: the values of the run are lost.
struct values_lost : error {
    using error::error;
};
template <class P>
inline constexpr bool is_part = false;
template <labelled_data Data>
inline constexpr bool is_part<explainn::part<Data>> = true;
} // namespace detail

/// Trains a model. The same seed gives the same bits for any number of threads, and a run that is continued
/// from a training_state ends as an unbroken one.
///
/// Two sets of values are told apart: those of the run, which every step goes on from, and those that the
/// model is left with when fit() ends, in whatever way: the best epoch's. The first are in state() and on the
/// device until they are needed again; so a run that was stopped, and whose model was used meanwhile, goes on
/// from its last step and not from its best epoch: fit() again, or resume() from its state in another
/// trainer, another process, gives the bits of an unbroken run.
///
/// Optimizer, loss, schedule, listeners and the function of checkpoint() are called by the thread that calls
/// fit(); the optimizer alone is called by all threads of the backend at once, each with parameters of its
/// own. One thread at a time may use the trainer and its model.
///
///     trainer t{m, adam{.learning_rate = 0.003}, bce_with_logits{}, {.epochs = 100, .patience = 10, .from =
///     seed{1}}}; t.fit(part{data, split.train}, part{data, split.valid});
///     // m now holds the best epoch's parameters
template <backend B, class Optimizer, class Loss, class Schedule = constant_rate>
class trainer {
    static_assert(detail::checked_training<B, Optimizer, Loss, Schedule>::right);
    static_assert(Optimizer::states >= 0 && Optimizer::states <= most_optimizer_states,
                  "an optimizer keeps from 0 to 8 arrays of state beside the parameters");

public:
    using T = typename B::scalar;

    /// Holds the model by a handle of its own. Throws error where a number of the training is none that
    /// training can use, where `freezes` or `rate_of` changes no parameter, where `freezes` leaves nothing to
    /// train, where a penalty applies to nothing, and where another thread uses the model.
    trainer(basic_model<B>& m, Optimizer o, Loss l, training how, Schedule schedule = {})
        : model_{m.handle()},
          optimizer_{std::move(o)}, loss_{std::move(l)}, how_{std::move(how)}, schedule_{std::move(schedule)}
    {
        auto const turn = model_.use();
        detail::require_rate("a learning rate", optimizer_.learning_rate);
        if constexpr (requires { optimizer_.check(); }) optimizer_.check();
        detail::require_usable(how_);
        if (how_.both_strands && !model_.rows().reads_dna())
            throw error{
                "expected a network that reads DNA for both_strands, found one that reads signals alone"};
        if (how_.shift > 0 && how_.shift >= model_.length())
            throw error{"expected a shift below the " + std::to_string(model_.length()) +
                        " bases that the model reads, found " + std::to_string(how_.shift)};
        auto& b = m.device();
        gradients_ = b.template make<T>(m.parameters().total());
        for (auto& each : moments_) each = b.template make<T>(m.parameters().total());
        collect_runs();
    }

    /// Called with the state after an epoch and when a run stops, and at most every `seconds` in between.
    void checkpoint(std::function<void(training_state<T> const&)> write, double seconds = 60)
    {
        write_ = std::move(write);
        every_ = std::chrono::duration<double>{seconds};
    }
    /// Goes on from a state that checkpoint() was given. Throws error, and changes nothing, where the state
    /// is of another model or another optimizer, or holds a number that is not finite,
    /// and where an unfinished run was begun with another batch size, seed, shift or another number of
    /// strands: it would not go on to the same bits. fit() says the same of another number of training
    /// sequences.
    void resume(training_state<T> const& s)
    {
        require_own(s);
        state_ = s;
        auto& b = model_.device();
        b.upload(model_.data(), s.values.data(), s.values.size());
        for (std::size_t i = 0; i < moments_.size(); ++i)
            b.upload(moments_[i].data(), s.state[i].data(), s.state[i].size());
        average_ = s.average.empty() ? array_on<B, T>{} : b.template make<T>(s.average.size());
        b.upload(average_.data(), s.average.data(), s.average.size());
        left_with_.clear();
        ended_ = cut_ = false;
    }
    /// Where the run stands; its arrays are those of the last checkpoint, or of the end of fit(), and of the
    /// best epoch.
    training_state<T> const& state() const { return state_; }
    /// Lets a run go on for so many epochs: a finished one from its last epoch, with patience counted anew;
    /// any other beyond the epochs it was to have. A schedule sees the new number of epochs. To resume() such
    /// a run in another trainer, make that one with the new number. Throws error for less than one epoch.
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
            state_.order = {}; // whole: what is added may have another
            state_.patient_from = state_.epoch - 1;
        }
        how_.epochs += more;
        state_.finished = ended_ = false;
    }

    /// Trains until the epochs are over or patience is. A listener that answers go_on::no stops it with a
    /// checkpoint. However fit() ends, the model then holds the best epoch so far, with the moving average's
    /// values where that is kept; stopped before there was one, it holds the run's last values.
    ///
    /// Throws error, before the first step, where the data are not what the model reads; if the loss is not a
    /// number (the message says what the model holds: the best epoch, or
    /// what it held before), for fewer than two training sequences, for a part without labels, for a run that
    /// is finished (add_epochs() lets it go on) and for a model that was changed since this trainer stopped.
    /// What a listener or the function of checkpoint() throws comes out, and fit() may be called again.
    template <labelled_data Train, labelled_data Valid, class Listener = silent>
    ending fit(part<Train> const& train, part<Valid> const& valid, Listener listener = {})
    {
        require_agreement(model_, valid);
        require_labels(valid, "validation");
        reading const how{how_.both_strands, 256};
        return run_epochs(train, listener, true, [&] { return validate(valid, how); });
    }
    /// The same without a validation part: trains all epochs, whatever patience says, and the model then
    /// holds the last one, or the moving average where `average` asks for it. The history's validation losses
    /// are NaN. Throws error also for a reduce_patience, which needs a validation loss.
    ///
    ///     trainer t{m, adam{}, bce_with_logits{}, {.epochs = 20, .average = 0.999}};
    ///     t.fit(part{data, rows});
    template <labelled_data Train, class Listener = silent>
    requires(!detail::is_part<Listener>) ending fit(part<Train> const& train, Listener listener = {})
    {
        if (how_.reduce_patience > 0)
            throw error{"expected a reduce_patience of 0 where there is no validation part, found " +
                        std::to_string(how_.reduce_patience)};
        return run_epochs(train, listener, false, [&] { return keep_last(); });
    }

    /// One training step on a batch, from the values that the model holds: the loss before the step. Public
    /// for benchmarks and tests that hold it to PyTorch. Throws error where the batch is not what the model
    /// reads.
    loss_sum train_batch(host_batch const& batch)
    {
        if (require_agreement(model_, batch) && !batch.has_n)
            throw error{"the batch holds N and says that it does not (host_batch::has_n)"};
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
    struct pull_to_zero {
        std::size_t first{}, count{};
        double amount{};
    };
    // a penalty of the user's and a tensor it applies to
    struct own_penalty {
        std::size_t which{};
        parameter const* tensor{};
    };
    static constexpr std::size_t longest_run = 1u << 14;

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
    // an unfinished run goes on in the order it was begun in; `rows`: of the training part, if it is known
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
    // the model holds the run's values again
    void take_up()
    {
        if (left_with_.empty()) return;
        if (model_.snapshot() != left_with_)
            throw error{"expected the model as this trainer left it, found other values in it; a run goes on "
                        "from values of its own, a new trainer begins from the model's"};
        put(state_.values);
        left_with_.clear();
    }
    // sets the model's numbers as they are: of a run that broke they may be no numbers any more
    void put(std::vector<T> const& values)
    {
        auto const turn = model_.use();
        model_.device().upload(model_.data(), values.data(), values.size());
    }
    // the model is left with other values than the run's, which stay in the state
    void leave_with(std::vector<T> values)
    {
        put(values);
        left_with_ = std::move(values);
    }

    // fit() with `end_epoch()` for what follows an epoch's batches: the validation loss
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
            if (!cut_) fetch_state();
            if (keeps_best && !state_.best.empty()) return leave_with(state_.best);
            if (cut_) return leave_with(fallback_);
            if (!keeps_best && average_.size() != 0) leave_with(state_.average);
        };
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
        while (!is_over()) {
            auto const order = epoch_order(train.rows, how_.both_strands, how_.from,
                                           static_cast<std::uint32_t>(state_.epoch), how_.shift);
            std::size_t const batches = batch_count(order.size(), how_.batch);
            std::span<sample const> const all{order};
            for (; state_.batch < batches; ++state_.batch) {
                if (state_.batch != 0 && !continues(batch_event(batches), listener)) return interrupted();
                host_.fill(train.data, batch_of(all, how_.batch, state_.batch));
                auto const turn = model_.use();
                cut_ = true; // until the step is whole
                step(host_, static_cast<double>(batches));
                cut_ = false;
            }
            // a no to the last batch stops the run when the epoch is whole
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
            bool const head = p.bank == -1;
            tensors_.push_back({p.offset, p.count,
                                head ? model_.rows().banks.size() - 1 : static_cast<std::size_t>(p.bank),
                                decays, rate});
            for (std::size_t at = 0; at < p.count; at += longest_run)
                runs_.push_back({p.offset + at, std::min(longest_run, p.count - at)});
            if (how_.non_negative && p.name() == "final.weight") clamped_ = &p;
            double const l1 = p.name() == "final.weight" ? how_.l1_head : is_filter(p) ? how_.l1_filters : 0;
            if (l1 > 0) pulls_.push_back({p.offset, p.count, l1});
            for (std::size_t i = 0; i < how_.penalties.size(); ++i) {
                auto const& own = how_.penalties[i];
                if (!own.applies || !own.add) throw error{"expected a penalty with both applies and add"};
                if (own.applies(p)) own_penalties_.push_back({i, &p});
            }
        }
        if (tensors_.empty()) throw error{"training::freezes freezes every parameter: nothing is trained"};
        for (std::size_t i = 0; i < how_.penalties.size(); ++i)
            if (std::ranges::none_of(own_penalties_, [i](own_penalty const& p) { return p.which == i; }))
                throw error{"penalty " + std::to_string(i + 1) +
                            " of training::penalties (they count from "
                            "1) applies to no parameter that is trained; those of the model are " +
                            names()};
        if (how_.freezes && !freezes) refuse_without_name("freezes", "freezes");
        if (how_.rate_of && !changes_rate) refuse_without_name("rate_of", "changes the rate of");
    }
    // a function of names that none of them is true of: a name was mistaken
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
    void require_own(training_state<T> const& s) const
    {
        std::size_t const all = model_.parameters().total();
        detail::require_numbers(all, s.values.size(), "the state has");
        for (std::size_t i = 0; i < std::max(moments_.size(), s.state.size()); ++i) {
            std::size_t const found = i < s.state.size() ? s.state[i].size() : 0;
            std::size_t const kept = i < moments_.size() ? all : 0;
            if (found != kept)
                throw error{"expected the state of an optimizer that keeps " +
                            detail::counted(moments_.size(), "array") + " beside the parameters, found " +
                            std::to_string(found) + " numbers in array " + std::to_string(i + 1)};
        }
        if (!s.average.empty()) detail::require_numbers(all, s.average.size(), "the state's average has");
        if (!s.best.empty()) detail::require_numbers(all, s.best.size(), "the state's best epoch has");
        auto const finite = [&](std::vector<T> const& numbers, std::string const& where) {
            if (!numbers.empty())
                detail::require_finite_tensors<T>(model_.parameters(), numbers, " of the state's " + where);
        };
        finite(s.values, "values");
        for (std::size_t i = 0; i < moments_.size(); ++i)
            finite(s.state[i], "array " + std::to_string(i + 1) + " of the optimizer");
        finite(s.average, "average");
        finite(s.best, "best epoch");
        require_same_order(s, 0);
    }

    void step(host_batch const& host, double batches)
    {
        auto const turn = model_.use();
        auto& b = model_.device();
        // without a label there is nothing to learn from
        if (std::ranges::all_of(host.labels, [](float y) { return std::isnan(y); })) return;
        if (labels_.size() < host.labels.size()) {
            labels_ = b.template make<float>(host.labels.size());
            dlogits_ = b.template make<T>(host.labels.size());
        }
        b.upload(labels_.data(), host.labels.data(), host.labels.size());
        batch_view const batch = inputs_.upload(b, model_.rows(), host);
        step_number const number{how_.from, static_cast<std::uint32_t>(state_.step), frozen_norms_,
                                 frozen_banks_};
        auto const logits = model_.run().train_forward(batch, model_.data(), number, inputs_.given());
        view<T, 2> const dlogits{dlogits_.data(), host.count, model_.outputs()};
        auto const now =
            loss_(b, logits, view<float, 2>{labels_.data(), host.count, model_.outputs()}, dlogits);
        if (!std::isfinite(now.sum))
            throw detail::values_lost{
                "the loss is no longer a number at epoch " + std::to_string(state_.epoch) + ", batch " +
                std::to_string(state_.batch + 1) + "; a smaller learning rate may help"};
        state_.so_far += now;
        model_.run().backward(batch, model_.data(), dlogits, gradients_.data(), number);
        regularise();
        ++state_.step;
        double const rate = optimizer_.learning_rate * state_.rate_factor *
                            schedule_(run_position{static_cast<double>(state_.step - 1),
                                                   batches * how_.epochs, state_.epoch - 1});
        if (!(rate >= 0)) detail::require_rate("a learning rate of the schedule", rate);
        optimize(rate);
        if (clamped_ != nullptr) clamp_head(*clamped_);
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
        optimizer_run<T> r{.parameter = piece(model_.data(), first, count),
                           .gradient = run_in(gradients_),
                           .step = state_.step,
                           .learning_rate = rate * t.rate,
                           .decays = t.decays};
        for (std::size_t i = 0; i < moments_.size(); ++i) r.state[i] = run_in(moments_[i]);
        optimizer_(model_.device(), r);
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
        for (auto const& p : pulls_) { // few numbers: on the host
            auto &g = scratch_, &w = other_scratch_;
            g.resize(p.count);
            w.resize(p.count);
            b.download(g.data(), gradients_.data() + p.first, p.count);
            b.download(w.data(), model_.data() + p.first, p.count);
            for (std::size_t i = 0; i < p.count; ++i)
                g[i] += static_cast<T>(p.amount * ((w[i] > 0) - (w[i] < 0)));
            b.upload(gradients_.data() + p.first, g.data(), p.count);
        }
        for (auto const& [which, tensor] : own_penalties_) {
            auto const first = tensor->offset, count = tensor->count;
            for (auto* v : {&scratch_, &other_scratch_}) v->resize(count);
            b.download(scratch_.data(), gradients_.data() + first, count);
            b.download(other_scratch_.data(), model_.data() + first, count);
            own_gradient_.assign(scratch_.begin(), scratch_.end());
            own_values_.assign(other_scratch_.begin(), other_scratch_.end());
            how_.penalties[which].add(*tensor, own_values_, own_gradient_);
            std::transform(own_gradient_.begin(), own_gradient_.end(), scratch_.begin(),
                           [](double x) { return static_cast<T>(x); });
            b.upload(gradients_.data() + first, scratch_.data(), count);
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
    void clamp_head(parameter const& w)
    {
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

    // the loss over the validation part, of the values that would be kept
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
        } const of_the_run{*this, average_.size() != 0 ? model_.snapshot() : std::vector<T>{}};
        if (average_.size() != 0) put(average());
        auto const total = evaluate(model_, valid, loss_, how);
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
    // an activation may hide a parameter that is no number from the loss
    void require_all_finite(std::vector<T> const& values) const
    {
        if (!std::ranges::all_of(values, [](T x) { return std::isfinite(x); }))
            throw detail::values_lost{"a parameter is no longer a number at the end of epoch " +
                                      std::to_string(state_.epoch)};
    }
    // without a validation part: what the model is left with if a later epoch fails
    double keep_last()
    {
        auto last = average_.size() != 0 ? average() : model_.snapshot();
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
    // the arrays of the state as they are now
    void fetch_state()
    {
        auto& b = model_.device();
        state_.values = model_.snapshot();
        state_.state.resize(std::max(moments_.size(), std::size_t{2}));
        for (std::size_t i = 0; i < moments_.size(); ++i) {
            state_.state[i].resize(moments_[i].size());
            b.download(state_.state[i].data(), moments_[i].data(), moments_[i].size());
        }
        state_.average = average();
    }
    void write()
    {
        if (!write_) return;
        fetch_state();
        write_(state_);
        last_write_ = std::chrono::steady_clock::now();
    }

    basic_model<B> model_; // a handle
    Optimizer optimizer_;
    Loss loss_;
    training how_;
    Schedule schedule_;
    training_state<T> state_;
    std::vector<T> left_with_; // what the model was left with, where that is not the run's values
    std::vector<T> fallback_;  // what the model is left with after an error that comes before any best epoch
    int fallback_epoch_ = 0;   // whose that is; 0: the model's before fit()
    bool ended_ = false;       // fit() said that the run is finished
    bool cut_ = false;         // an error came within a step: the run cannot go on
    std::vector<trained_tensor> tensors_;
    std::vector<run_of_parameters> runs_;
    std::vector<pull_to_zero> pulls_;
    std::vector<own_penalty> own_penalties_;
    parameter const* clamped_ = nullptr; // whose weights stay at 0 and more: the head's, where it is trained
    std::vector<char> frozen_norms_;     // by layer
    std::vector<char> frozen_banks_;     // by bank: nothing in it is trained
    array_on<B, T> gradients_{}, dlogits_{}, average_{};
    std::array<array_on<B, T>, static_cast<std::size_t>(Optimizer::states)> moments_{};
    device_batch<B> inputs_;
    array_on<B, float> labels_{};
    host_batch host_;
    std::vector<T> scratch_, other_scratch_; // kept, so that a step allocates nothing
    std::vector<double> squares_, own_values_, own_gradient_;
    std::function<void(training_state<T> const&)> write_;
    std::chrono::duration<double> every_{60};
    std::chrono::steady_clock::time_point last_write_{};
};

} // namespace explainn::EXPLAINN_ABI
