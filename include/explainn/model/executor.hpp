// Runs a network's stages on a backend: forward and backward of a batch, a block of units at a time through
// all stages.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <explainn/core/one_user.hpp>
#include <explainn/model/agreement.hpp>
#include <explainn/model/lower.hpp>
#include <explainn/model/terms.hpp>

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
        : b_{b}, parameters_{parameters}, network_{rows, {}, std::move(own), {}, {}, {}, {}, {}, {}},
          terms_{b, rows}
    {
        network_.weights.resize(rows.layers.size());
        network_.functions.resize(rows.layers.size());
        for (std::size_t i = 0; i < rows.layers.size(); ++i)
            if (rows.layers[i].what != kind::own) {
                network_.functions[i] = library_functions<B>(rows.layers[i].what);
                if (network_.functions[i].lacks_ops)
                    throw error{"this backend lacks ops of layer " + std::to_string(i + 1) +
                                " of the network; docs/ops.md lists those that a backend may lack"};
            } else if (!network_.functions[i].forward)
                throw error{"a layer of a user's own needs forward(backend, layer_forward) to run"};
        for (auto const& p : parameters)
            if (p.layer >= 0)
                network_.weights[static_cast<std::size_t>(p.layer)][static_cast<std::size_t>(p.part)] = &p;
        outputs_.reserve(rows.banks.size());
        extent feature = 0;
        for (auto const& bank : rows.banks) {
            banks_.push_back({bank, lower(rows, bank, fuse), {}, {}, feature});
            auto& p = banks_.back();
            p.memory.resize(p.stages.size());
            for (auto const& s : p.stages)
                detail::on_stage_type(s.what, [&p](auto type) { p.scans_letters |= type.reads_letters; });
            feature += bank.units * p.per_unit();
        }
        for (std::size_t k = 0; k < banks_.size(); ++k) set_pairs(k);
        network_.memory.resize(rows.layers.size());
        for (auto& p : banks_)
            for (std::size_t i = 0; i < p.stages.size(); ++i)
                if (p.stages[i].what == stage_kind::single)
                    network_.memory[static_cast<std::size_t>(p.stages[i].first)] = &p.memory[i];
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
    ///
    /// Banks whose outputs are `given` are not run.
    view<T const, 2> infer(batch_view const& batch, T* values, given_outputs<T> given = {})
    {
        auto const turn = use();
        forward(batch, values, nullptr, given);
        return logits(batch.count());
    }
    /// Logits of a training step: batch statistics (the running ones in `values` follow) and dropout. A bank
    /// that is frozen in the step runs as at inference and keeps nothing for a gradient.
    /// Such a bank may be given.
    view<T const, 2> train_forward(batch_view const& batch, T* values, step_number step,
                                   given_outputs<T> given = {})
    {
        auto const turn = use();
        forward(batch, values, &step, given);
        return logits(batch.count());
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
        auto pass = terms_of(batch.count(), values, &step);
        pass.gradients = gradients;
        pass.dlogits = dlogits;
        terms_.backward(pass);
        final(-1);
        // units of pairs come first: the gradient of the cells that they read is added to their units' own
        for (std::size_t k : backward_order_) {
            auto& p = banks_[k];
            if (!learns(p, step)) continue;
            auto const backward = [&](std::size_t i, extent from, extent to) {
                auto const s = slice(p, i, from, to, batch, values, gradients, &step);
                detail::on_stage_type(p.stages[i].what, [&s](auto type) { type.backward(s); });
                if (i == p.cells_stage) add_pair_gradients(p, from, to, batch.count());
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
    /// What the units of a bank of pairs read of the batch of n that ran last: (K, n, 2 C, L), on the device.
    /// Throws error for another bank, and for more sequences than ever ran at once.
    view<T const, 4> pair_cells(int bank, extent n)
    {
        (void)unit_outputs(bank, n);
        auto& p = bank_of_pairs(bank);
        return input_of_pairs(p, p.pair_input.y, n);
    }
    /// Outputs of a bank of pairs at inference for n cells of every pair that are given on the host instead
    /// of read from units: (K, n, numbers of a unit's output), on the device until the next batch. Throws
    /// error for another bank, and where the cells are not (K, n, 2 C, L).
    view<T const, 3> pair_outputs(int bank, std::span<T const> cells, extent n, T* values)
    {
        auto const turn = use();
        auto& p = bank_of_pairs(bank);
        shape const in = network_.rows.layer(p.bank.first).in;
        auto const wanted = elements(p.bank.units, n) * elements(in.channels, in.positions);
        if (n < 1 || cells.size() != wanted)
            throw shape_error{"expected " + std::to_string(wanted) + " cells of the pairs of bank " +
                              std::to_string(bank) + ", found " + std::to_string(cells.size())};
        grow(p, n, false);
        b_.upload(p.pair_input.y.data(), cells.data(), cells.size());
        batch_view batch; // its letters are not read
        batch.sequences = {nullptr, n, network_.rows.length};
        run_stages(p, batch, values, nullptr);
        return unit_outputs(p, n);
    }

private:
    struct bank_plan {
        bank_row bank;
        std::vector<stage> stages;
        std::vector<stage_memory<B>> memory;
        std::array<array_on<B, T>, 2> between{}; // outputs of stages by turns, at inference
        extent first_feature{};
        extent capacity = 0; // sequences that the memory holds
        bool trains = false; // it holds what a gradient needs, too
        bool scans_letters = false;
        // of a bank whose units are paired: the stage that reads the cells, and the banks that read them, too
        static constexpr std::size_t no_stage = static_cast<std::size_t>(-1);
        std::size_t cells_stage = no_stage;
        std::vector<std::size_t> paired_by{};
        // of a bank of pairs: its pairs (K, 2), and what its units read as if a stage had written it
        array_on<B, extent> pairs{};
        stage_memory<B> pair_input{};
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
        stage_memory<B>* const input = p.bank.from == reads::own_signal   ? &network_.own_signals
                                       : p.bank.from == reads::pair_cells ? &p.pair_input
                                                                          : nullptr;
        return {b_,    network_, p.bank,    p.stages[i], p.memory[i], i == 0 ? input : &p.memory[i - 1],
                batch, values,   gradients, step,        from,        to};
    }

    view<T const, 2> logits(extent n) { return view<T, 2>{logits_.data(), n, network_.rows.outputs}; }
    view<T const, 3> unit_outputs(bank_plan& p, extent n)
    {
        return view<T, 3>{p.memory.back().y.data(), p.bank.units, n, p.per_unit()};
    }
    // the outputs of all units, as terms read them; `step`: with the gradients of the banks that learn in it
    term_pass<B> terms_of(extent n, T* values, step_number const* step)
    {
        outputs_.clear();
        for (auto& p : banks_) {
            outputs_.push_back({p.first_feature, unit_outputs(p, n), {}});
            if (step && learns(p, *step))
                outputs_.back().dx = {p.memory.back().dy.data(), p.bank.units, n, p.per_unit()};
        }
        return {b_, network_.rows, parameters_, outputs_, values, nullptr, {}, {}};
    }

    void forward(batch_view const& batch, T* values, step_number const* step, given_outputs<T> given)
    {
        extent const n = batch.count();
        require_inputs(batch);
        require_given(given, n, step);
        require_cells(given, step);
        reserve(n, step, given);
        read_inputs(batch, step, given);
        if (step) window_statistics(batch);
        for (std::size_t k = 0; k < banks_.size(); ++k) {
            auto& p = banks_[k];
            if (is_given(given, k)) b_.upload(p.memory.back().y.data(), given[k].data(), given[k].size());
            else {
                if (p.bank.from == reads::pair_cells) read_pairs(p, n);
                run_stages(p, batch, values, step && learns(p, *step) ? step : nullptr);
            }
        }
        auto pass = terms_of(n, values, nullptr);
        pass.logits = {logits_.data(), n, network_.rows.outputs};
        terms_.forward(pass);
    }
    static constexpr bool runs_pairs = runs<B, op::pair_cells> && runs<B, op::pair_cells_gradient>;
    // what a bank of pairs and the bank of its units need of each other
    void set_pairs(std::size_t k)
    {
        auto& p = banks_[k];
        if (p.bank.from != reads::pair_cells) {
            backward_order_.push_back(k);
            return;
        }
        if (!runs_pairs)
            throw error{"this backend lacks the ops of a pair_bank, bank " + std::to_string(k) +
                        " of the network; docs/ops.md lists those that a backend may lack"};
        backward_order_.insert(backward_order_.begin(), k);
        auto& paired = banks_[static_cast<std::size_t>(p.bank.paired)];
        paired.paired_by.push_back(k);
        for (std::size_t i = 0; i < paired.stages.size(); ++i)
            if (paired.stages[i].first == p.bank.cells) paired.cells_stage = i;
        std::vector<extent> host;
        for (unit_pair const pair : network_.rows.pairs_of(p.bank))
            host.insert(host.end(), {pair.first, pair.second});
        p.pairs = b_.template make<extent>(host.size());
        b_.upload(p.pairs.data(), host.data(), host.size());
    }
    view<extent const, 2> pairs_of(bank_plan& p) { return view<extent, 2>{p.pairs.data(), p.bank.units, 2}; }
    view<T, 4> input_of_pairs(bank_plan const& p, array_on<B, T>& array, extent n)
    {
        shape const in = network_.rows.layer(p.bank.first).in;
        return {array.data(), p.bank.units, n, in.channels, in.positions};
    }
    bank_plan& bank_of_pairs(int bank)
    {
        if (network_.rows.bank(bank).from != reads::pair_cells)
            throw error{"expected a bank of pairs, found bank " + std::to_string(bank) +
                        ", which reads an input"};
        return banks_[static_cast<std::size_t>(bank)];
    }
    // the cells of the units of every pair, for the bank that reads them
    void read_pairs(bank_plan& p, extent n)
    {
        if constexpr (runs_pairs) {
            auto& paired = banks_[static_cast<std::size_t>(p.bank.paired)];
            shape const in = network_.rows.layer(p.bank.cells).in;
            view<T const, 4> const cells = view<T, 4>{paired.memory[paired.cells_stage - 1].output(),
                                                      paired.bank.units, n, in.channels, in.positions};
            run(b_, op::pair_cells<T>{
                        .x = cells, .pairs = pairs_of(p), .y = input_of_pairs(p, p.pair_input.y, n)});
        }
    }
    // adds what units of pairs say of the cells of units [from, to) to what the units' own dense layers say
    void add_pair_gradients(bank_plan& paired, extent from, extent to, extent n)
    {
        if constexpr (runs_pairs) {
            shape const in = network_.rows.layer(paired.stages[paired.cells_stage].first).in;
            view<T, 4> const dx{paired.memory[paired.cells_stage - 1].dy.data(), paired.bank.units, n,
                                in.channels, in.positions};
            for (std::size_t const k : paired.paired_by)
                run(b_,
                    op::pair_cells_gradient<T>{.pairs = pairs_of(banks_[k]),
                                               .dy = input_of_pairs(banks_[k], banks_[k].pair_input.dy, n),
                                               .first = from,
                                               .dx = dx.slice(from, to)});
        }
    }
    // Throws where a bank of pairs runs without the cells that it reads, or learns less than its units.
    void require_cells(given_outputs<T> given, step_number const* step) const
    {
        for (std::size_t k = 0; k < banks_.size(); ++k) {
            auto const& p = banks_[k];
            if (p.bank.from != reads::pair_cells) continue;
            auto const of = static_cast<std::size_t>(p.bank.paired);
            std::string const names =
                "bank " + std::to_string(k) + " reads the cells of units of bank " + std::to_string(of);
            if (is_given(given, of) && !is_given(given, k))
                throw error{names + ", whose outputs are given: its own outputs must be given, too"};
            if (step && learns(banks_[of], *step) && !learns(p, *step))
                throw error{names + ", which learns in this step: it must learn, too, or both are frozen"};
        }
    }
    static bool is_given(given_outputs<T> given, std::size_t bank)
    {
        return bank < given.size() && !given[bank].empty();
    }
    // Throws unless a given bank is whole and does not learn.
    void require_given(given_outputs<T> given, extent n, step_number const* step) const
    {
        if (given.size() > banks_.size())
            throw shape_error{"expected unit outputs of " + std::to_string(banks_.size()) +
                              " banks at most, found " + std::to_string(given.size())};
        for (std::size_t k = 0; k < given.size(); ++k) {
            if (!is_given(given, k)) continue;
            auto const& p = banks_[k];
            auto const wanted = elements(p.bank.units, n) * elements(p.per_unit(), 1);
            if (given[k].size() != wanted)
                throw shape_error{"expected " + std::to_string(wanted) + " outputs of the units of bank " +
                                  std::to_string(k) + ", found " + std::to_string(given[k].size())};
            if (step && learns(p, *step))
                throw error{"the outputs of bank " + std::to_string(k) +
                            " are given, and it learns in this step: only a frozen bank can be given"};
        }
    }
    // what stages read of a batch
    void read_inputs(batch_view const& batch, step_number const* step, given_outputs<T> given)
    {
        extent const n = batch.count();
        read_letters(batch, step, given);
        auto const [channels, positions] = network_.rows.signals;
        if (network_.one_hot.size() != 0)
            run(b_, op::one_hot<T>{.sequences = batch.sequences,
                                   .y = {network_.one_hot.data(), 1, n, 4, network_.rows.length}});
        if (network_.signals.size() != 0)
            run(b_, op::spread_signals<T>{.signals = batch.signals,
                                          .y = {network_.signals.data(), 1, n, channels, positions}});
        if (network_.own_signals.y.size() != 0)
            run(b_, op::spread_signals<T>{.signals = batch.signals,
                                          .y = {network_.own_signals.y.data(), channels, n, 1, positions}});
    }
    // What the backend makes of the letters, once for all ops that scan them: of this pass and of the one
    // back. A batch may come with it.
    void read_letters(batch_view const& batch, step_number const* step, given_outputs<T> given)
    {
        network_.letters = {};
        op::prepare_letters<T> o{.sequences = batch.sequences, .has_n = batch.has_n};
        bool scanned = false;
        for (std::size_t k = 0; k < banks_.size(); ++k) {
            auto const& p = banks_[k];
            if (!p.scans_letters || is_given(given, k)) continue;
            scanned = true;
            o.gradient = o.gradient || (step && learns(p, *step));
        }
        if (!scanned) return;
        std::size_t const bytes = prepared_bytes(b_, o);
        if (batch.prepared.count >= bytes) network_.letters = batch.prepared;
        else {
            if (prepared_.size() < bytes) {
                prepared_ = b_.template make<std::byte>(bytes);
                ++times_grown_;
            }
            network_.letters = prepare(b_, o, prepared_.data());
        }
    }
    void require_inputs(batch_view const& batch) const
    {
        auto const& rows = network_.rows;
        if (rows.reads_signals())
            detail::require_signals(
                rows.signals, batch.signals ? shape{batch.signals.size(1), batch.signals.size(2)} : shape{});
        if (rows.reads_dna() && (!batch.sequences || batch.sequences.size(0) != batch.count()))
            throw shape_error{"expected a batch with as many sequences as rows of signals, found " +
                              std::to_string(batch.sequences.size(0)) + " and " +
                              std::to_string(batch.count())};
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
    bool spreads_its_gradient(bank_plan const& p, std::size_t i) const
    {
        bool backward = false;
        detail::on_stage_type(p.stages[i].what, [&](auto type) { backward = type.spreads_backward; });
        return backward && spreads_itself(p, i);
    }

    // Once per filter width: every unit of that width shares them.
    void window_statistics(batch_view const& batch)
    {
        for (auto& [w, m] : network_.windows)
            run(b_, op::window_statistics<T>{.sequences = batch.sequences,
                                             .prepared = network_.letters,
                                             .mean = {m.mean.data(), w},
                                             .covariance = {m.covariance.data(), w, w}});
        if constexpr (runs<B, op::symmetric_statistics>)
            for (auto& [w, m] : network_.symmetric_windows) {
                auto& one = network_.windows.at(w);
                run(b_, op::symmetric_statistics<T>{.window_mean = {one.mean.data(), w},
                                                    .window_covariance = {one.covariance.data(), w, w},
                                                    .mean = {m.mean.data(), w},
                                                    .covariance = {m.covariance.data(), w, w}});
            }
    }

    // Grows what the stages keep; nothing is allocated again for batches no larger than those before.
    void reserve(extent n, step_number const* step, given_outputs<T> given)
    {
        if (n > capacity_) {
            capacity_ = n;
            ++times_grown_;
            logits_ = b_.template make<T>(elements(n, network_.rows.outputs));
        }
        for (std::size_t k = 0; k < banks_.size(); ++k) {
            auto& p = banks_[k];
            if (is_given(given, k)) { // it needs its outputs alone
                auto& y = p.memory.back().y;
                if (y.size() < given[k].size()) y = b_.template make<T>(given[k].size());
                continue;
            }
            grow(p, n, step && learns(p, *step));
        }
    }
    // the same for one bank
    void grow(bank_plan& p, extent n, bool trains)
    {
        if (n <= p.capacity && (p.trains || !trains)) return;
        p.trains = p.trains || trains;
        p.capacity = std::max(n, p.capacity);
        ++times_grown_;
        p.between = {};
        for (std::size_t i = 0; i < p.stages.size(); ++i) reserve(p, p.stages[i], p.memory[i]);
        if (!p.trains) share_outputs(p);
        for (std::size_t i = 0; i < p.stages.size(); ++i)
            if (!p.memory[i].borrowed) p.memory[i].y = b_.template make<T>(output_size(p, i));
    }
    std::size_t output_size(bank_plan const& p, std::size_t i) const
    {
        shape const out = network_.rows.layer(p.stages[i].last - 1).out;
        return elements(p.bank.units, p.capacity) * elements(out.channels, out.positions);
    }
    // At inference a stage that is given the whole bank writes what the next one alone reads: two arrays by
    // turns hold all of these. Stages that run by blocks of units keep their own, for blocks do not wait for
    // each other.
    void share_outputs(bank_plan& p)
    {
        std::size_t turn = 0, largest[2]{};
        std::vector<std::size_t> which(p.stages.size(), 2);
        for (std::size_t i = 0; i + 1 < p.stages.size(); ++i) {
            if (!spreads_itself(p, i) || i + 1 == p.cells_stage) continue;
            which[i] = turn++ % 2;
            largest[which[i]] = std::max(largest[which[i]], output_size(p, i));
        }
        for (std::size_t k = 0; k < 2; ++k)
            if (largest[k] > 0) p.between[k] = b_.template make<T>(largest[k]);
        for (std::size_t i = 0; i < which.size(); ++i)
            if (which[i] < 2) p.memory[i].borrowed = p.between[which[i]].data();
    }
    void reserve(bank_plan& p, stage const& s, stage_memory<B>& m)
    {
        shape const out = network_.rows.layer(s.last - 1).out;
        auto const whole = elements(p.bank.units, p.capacity) * elements(out.channels, out.positions);
        m = {};
        if (p.trains) m.dy = b_.template make<T>(whole);
        detail::on_stage_type(s.what, [&](auto type) {
            reserve_kept(p, type.keeps(network_.rows, s), m);
            if (p.trains)
                if (auto const each = type.bytes_kept(b_, network_, s, p.capacity); each != 0)
                    m.own = b_.template make<std::byte>(static_cast<std::size_t>(p.bank.units) * each);
            if constexpr (requires { type.window(network_.rows, s); })
                if (extent const w = type.window(network_.rows, s); p.trains && w != 0) {
                    reserve_windows(network_.windows, w);
                    if (type.windows_of_both) reserve_windows(network_.symmetric_windows, w);
                }
            if (!type.reads_letters && s.first == p.bank.first) reserve_input(p);
        });
    }
    // what the first stage of a bank reads, unless it reads letters
    void reserve_input(bank_plan& p)
    {
        shape const in = network_.rows.layer(p.bank.first).in;
        bool const of_each = p.bank.from == reads::own_signal || p.bank.from == reads::pair_cells;
        extent const of_all = of_each ? p.bank.units : 1;
        std::size_t const count = elements(of_all, p.capacity) * elements(in.channels, in.positions);
        auto const grow = [&](array_on<B, T>& array) {
            if (array.size() < count) array = b_.template make<T>(count);
        };
        if (p.bank.from == reads::dna) return grow(network_.one_hot);
        if (p.bank.from == reads::signals) return grow(network_.signals);
        if (p.bank.from == reads::pair_cells) {
            grow(p.pair_input.y);
            if (p.trains) grow(p.pair_input.dy);
            return;
        }
        grow(network_.own_signals.y);
        // nobody reads this gradient; layers write it, as they write that of any other array
        if (p.trains) grow(network_.own_signals.dy);
    }
    void reserve_kept(bank_plan const& p, kept_rows const& rows, stage_memory<B>& m)
    {
        for (int k = 0; k < rows.size; ++k) {
            auto const& row = rows.rows[k];
            if (row.only_training && !p.trains) continue;
            std::size_t const count = elements(p.bank.units, row.per_unit) +
                                      elements(p.bank.units, p.capacity) * elements(row.per_sequence, 1);
            m.arrays[static_cast<std::size_t>(k)] = b_.template make<T>(count);
        }
    }
    void reserve_windows(std::map<extent, window_moments<B>>& of, extent w)
    {
        if (!of.contains(w))
            of.emplace(w, window_moments<B>{b_.template make<double>(elements(w, 1)),
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
    std::vector<std::size_t> backward_order_{}; // banks of pairs before those of their units
    detail::all_terms<B> terms_;
    std::vector<bank_outputs<T>> outputs_; // kept, so that a step allocates nothing
    array_on<B, T> logits_{};
    array_on<B, std::byte> prepared_{}; // what the backend makes of a batch's letters
    extent capacity_{};
    std::uint64_t times_grown_ = 0;
};

} // namespace explainn::EXPLAINN_ABI
