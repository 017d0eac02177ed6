// What programs compute with: the device, threads, and how dense layers are multiplied.
#pragma once
#include <string>

#include "common/device.hpp"
#include "common/program.hpp"

namespace shared {

struct processor_options {
    std::string on = "cpu"; ///< of --device
    int threads = 0;        ///< 0: EXPLAINN_THREADS, or as many as this process may use
    bool bfloat16 = false;

    /// Throws error where the device is not there.
    shared::device device() const
    {
        using explainn::dense_products;
        auto const which = named(on);
        if (bfloat16 && which.kind != device_kind::cpu)
            throw explainn::error{"--bfloat16 is for --device cpu, found --device " + on};
        explainn::threads const all{threads};
        return device_of(
            which, explainn::cpu<float>{all, bfloat16 ? dense_products::bfloat16 : dense_products::float32},
            all);
    }
};

inline void add_processor(CLI::App& c, processor_options& o)
{
    c.add_option("--device", o.on,
                 "what computes, of the backends that this program was built with: " +
                     std::string{device_names} + " (docs/backends.md)")
        ->check(CLI::Validator{[](std::string& given) -> std::string {
                                   if (named(given).kind != device_kind::unknown) return {};
                                   return "expected a device that this program was built with (" +
                                          std::string{device_names} + "), found '" + given + "'";
                               },
                               "NAME"});
    c.add_option("--threads", o.threads,
                 "threads (default, or 0: EXPLAINN_THREADS, or as many as this process may use); results "
                 "do not depend on it")
        ->check(in_range(0, 1024));
    c.add_flag("--bfloat16", o.bfloat16,
               "multiply the units' dense layers in bfloat16, where the processor can: faster on some, 8 "
               "bits of every factor (default: no; docs/performance.md)");
}

} // namespace shared
