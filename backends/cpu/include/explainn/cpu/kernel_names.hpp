// The namespace of the kernels, which is named after what the build was told about them.
#pragma once

#include <explainn/core/cpp20.hpp>

// EXPLAINN_BASE_ONLY leaves out the kernels for wider vectors: a third of the compile time, for builds under
// sanitizers.
#if defined(__x86_64__) && !defined(EXPLAINN_BASE_ONLY)
#define EXPLAINN_HAS_WIDE_KERNELS 1
#else
#define EXPLAINN_HAS_WIDE_KERNELS 0
#endif
// clang takes no register of 64 bytes in a function for vectors of any size, as ours are until they are
// inlined
#if EXPLAINN_HAS_WIDE_KERNELS && !defined(__clang__)
#define EXPLAINN_HAS_BFLOAT16_KERNELS 1
#else
#define EXPLAINN_HAS_BFLOAT16_KERNELS 0
#endif

// Source files that were told different things have different kernels, and a program may hold both: each
// works with its own. A model, trainer or backend that one hands to another is a type of another name there,
// and the linker says so: undefined reference to `f(explainn::basic_model<explainn::base_kernels::cpu<float>
// >&)'.
#if defined(EXPLAINN_COMPILED_KERNELS)
#if EXPLAINN_HAS_BFLOAT16_KERNELS
#define EXPLAINN_BUILT_WITH inline compiled_kernels
#elif EXPLAINN_HAS_WIDE_KERNELS
#define EXPLAINN_BUILT_WITH inline compiled_kernels_without_bfloat16
#else
#define EXPLAINN_BUILT_WITH inline compiled_base_kernels
#endif
#else
#if EXPLAINN_HAS_BFLOAT16_KERNELS
#define EXPLAINN_BUILT_WITH inline kernels
#elif EXPLAINN_HAS_WIDE_KERNELS
#define EXPLAINN_BUILT_WITH inline kernels_without_bfloat16
#else
#define EXPLAINN_BUILT_WITH inline base_kernels
#endif
#endif
