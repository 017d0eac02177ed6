// Shows how training goes: a bar on a terminal, one plain line for each epoch in a log.
#pragma once
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <string>

#include <explainn/core/number_text.hpp>
#include <explainn/train/events.hpp>

namespace explainn::EXPLAINN_ABI {

/// A listener of a trainer that writes to a stream (standard error by default).
///
///     t.fit(train, valid, progress{});
class progress {
public:
    /// The loss that the bar shows is at most so many batches old.
    static constexpr std::size_t loss_every = 10;
    progress() : progress{std::cerr, isatty(STDERR_FILENO) != 0} {}
    progress(std::ostream& to, bool terminal) : to_{&to}, terminal_{terminal} {}

    progress(progress const&) = default;
    progress& operator=(progress const&) = default;
    ~progress()
    {
        if (shows_bar_) *to_ << "\r\x1b[K" << std::flush; // the next output begins on a line of its own
    }

    void operator()(batch_done const& e)
    {
        if (e.epoch != epoch_) begin(e.epoch, e.batch);
        sequences_ += static_cast<double>(e.sequences);
        auto const now = clock::now();
        bool const last = e.batch == e.batches;
        if (!terminal_ || (!last && now - drawn_ < std::chrono::milliseconds{100})) return;
        drawn_ = now;
        shows_bar_ = true;
        double const done = static_cast<double>(e.batch) / static_cast<double>(e.batches);
        double const here = static_cast<double>(e.batch - begun_at_) / static_cast<double>(e.batches);
        int const cells = static_cast<int>(done * width);
        *to_ << "\r\x1b[Kepoch " << e.epoch << '/' << e.epochs << " ["
             << std::string(static_cast<std::size_t>(cells), '=')
             << std::string(static_cast<std::size_t>(width - cells), ' ') << "] " << rate()
             << " sequences/s, loss " << number_text(e.loss, 4);
        if (here > 0) *to_ << ", " << in_words(seconds() * (1 - done) / here) << " left";
        to_->flush();
    }
    void operator()(epoch_done const& e)
    {
        if (terminal_) *to_ << "\r\x1b[K";
        *to_ << "epoch " << e.epoch << '/' << e.epochs << ": training loss " << number_text(e.train_loss, 5);
        if (!std::isnan(e.valid_loss))
            *to_ << ", validation loss " << number_text(e.valid_loss, 5)
                 << (e.best_epoch == e.epoch ? " (best)" : "");
        *to_ << ", " << rate() << " sequences/s, " << in_words(seconds()) << std::endl;
        epoch_ = -1;
        shows_bar_ = false;
    }

private:
    using clock = std::chrono::steady_clock;
    static constexpr int width = 24;

    void begin(int epoch, std::size_t batch)
    {
        epoch_ = epoch;
        begun_ = clock::now();
        begun_at_ = batch > 0 ? batch - 1 : 0;
        sequences_ = 0;
    }
    double seconds() const { return std::chrono::duration<double>(clock::now() - begun_).count(); }
    static std::string in_words(double seconds)
    {
        return (seconds < 10 ? number_text(seconds, 2) : std::to_string(std::lround(seconds))) + " s";
    }
    long rate() const { return static_cast<long>(sequences_ / std::max(seconds(), 1e-6)); }

    std::ostream* to_;
    bool terminal_, shows_bar_ = false;
    int epoch_ = -1;
    clock::time_point begun_{clock::now()}, drawn_{};
    std::size_t begun_at_{};
    double sequences_{};
};

} // namespace explainn::EXPLAINN_ABI
