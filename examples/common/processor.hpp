// What programs compute with: threads, and how dense layers are multiplied.
#pragma once
#include <explainn/cpu.hpp>

#include "common/program.hpp"

namespace shared {

struct processor_options {
    int threads = 0; ///< 0: EXPLAINN_THREADS, or as many as this process may use
    bool bfloat16 = false;

    explainn::cpu<float> device() const
    {
        using explainn::dense_products;
        return explainn::cpu<float>{explainn::threads{threads},
                                    bfloat16 ? dense_products::bfloat16 : dense_products::float32};
    }
};

inline void add_processor(CLI::App& c, processor_options& o)
{
    c.add_option("--threads", o.threads,
                 "threads (default, or 0: EXPLAINN_THREADS, or as many as this process may use); results "
                 "do not depend on it")
        ->check(in_range(0, 1024));
    c.add_flag("--bfloat16", o.bfloat16,
               "multiply the units' dense layers in bfloat16, where the processor can: faster on some, 8 "
               "bits of every factor (default: no; docs/performance.md)");
}

} // namespace shared
