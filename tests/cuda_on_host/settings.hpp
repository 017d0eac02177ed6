// How strict the emulated device is.
#pragma once

namespace cuda_on_host {

/// What tests may ask of the emulated device, for all backends that are made afterwards. With the environment
/// variable CUDA_ON_HOST_STRICT the first two are true from the start.
struct settings {
    /// Work runs only when somebody waits for it, as it may on a device.
    bool late = false;
    /// New memory of the device can be read by its own work alone: else the program stops.
    bool hidden = false;
    /// Blocks, and the threads of a block between two barriers, run from the last to the first: where a
    /// barrier is missing, other numbers come out.
    bool backwards = false;
};
/// The settings of this process.
settings& emulation();
/// Kernels that ran since the program began, and graphs that were replayed.
struct work_done {
    unsigned long kernels = 0, replays = 0, cublas = 0;
};
work_done const& work_so_far();

/// Changes the settings for as long as it lives.
class with_settings {
public:
    explicit with_settings(settings s) : before_{emulation()} { emulation() = s; }
    with_settings(with_settings const&) = delete;
    with_settings& operator=(with_settings const&) = delete;
    ~with_settings() { emulation() = before_; }

private:
    settings before_;
};

} // namespace cuda_on_host
