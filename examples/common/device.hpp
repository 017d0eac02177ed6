// The backend that programs compute on: cpu, or one of those that they were built with (EXPLAINN_DEVICES of
// CMake), which --device chooses.
#pragma once
#include <charconv>
#include <string>
#include <string_view>

#include <explainn/cpu.hpp>
#if defined(EXPLAINN_DEVICE_REFERENCE) || defined(EXPLAINN_DEVICE_BLAS) || defined(EXPLAINN_DEVICE_CUDA)
#include <explainn/backend/one_of.hpp>
#define EXPLAINN_SEVERAL_DEVICES
#endif
#if defined(EXPLAINN_DEVICE_REFERENCE)
#include <explainn/reference.hpp>
#endif
#if defined(EXPLAINN_DEVICE_BLAS)
#include <explainn/blas.hpp>
#endif
#if defined(EXPLAINN_DEVICE_CUDA)
#include <explainn/cuda.hpp>
#endif

namespace shared {

#if defined(EXPLAINN_SEVERAL_DEVICES)
using device = explainn::one_of<explainn::cpu<float>
#if defined(EXPLAINN_DEVICE_REFERENCE)
                                ,
                                explainn::reference<float>
#endif
#if defined(EXPLAINN_DEVICE_BLAS)
                                ,
                                explainn::blas<float>
#endif
#if defined(EXPLAINN_DEVICE_CUDA)
                                ,
                                explainn::cuda<float>
#endif
                                >;
#else
using device = explainn::cpu<float>;
#endif

/// What --device takes in this program, in words.
inline constexpr std::string_view device_names = "cpu"
#if defined(EXPLAINN_DEVICE_REFERENCE)
                                                 ", reference"
#endif
#if defined(EXPLAINN_DEVICE_BLAS)
                                                 ", blas"
#endif
#if defined(EXPLAINN_DEVICE_CUDA)
                                                 ", cuda or cuda:N (the GPU of number N)"
#endif
    ;

/// What a value of --device names.
enum class device_kind : unsigned char { unknown, cpu, reference, blas, cuda };
struct named_device {
    device_kind kind = device_kind::unknown;
    int number = 0; ///< of a GPU
};

/// Reads a value of --device; `unknown` for one that this program was not built with.
inline named_device named(std::string_view name)
{
    if (name == "cpu") return {device_kind::cpu};
#if defined(EXPLAINN_DEVICE_REFERENCE)
    if (name == "reference") return {device_kind::reference};
#endif
#if defined(EXPLAINN_DEVICE_BLAS)
    if (name == "blas") return {device_kind::blas};
#endif
#if defined(EXPLAINN_DEVICE_CUDA)
    if (name == "cuda") return {device_kind::cuda};
    if (constexpr std::string_view numbered = "cuda:"; name.starts_with(numbered)) {
        int n = -1;
        auto const* const last = name.data() + name.size();
        auto const read = std::from_chars(name.data() + numbered.size(), last, n);
        if (read.ec == std::errc{} && read.ptr == last && n >= 0) return {device_kind::cuda, n};
    }
#endif
    return {};
}

/// The device of a name; `cpu` is given as the program made it. Throws error where the device is not there.
inline device device_of(named_device const& which, explainn::cpu<float> cpu,
                        [[maybe_unused]] explainn::threads threads)
{
    switch (which.kind) {
#if defined(EXPLAINN_DEVICE_REFERENCE)
    case device_kind::reference:
        return explainn::reference<float>{};
#endif
#if defined(EXPLAINN_DEVICE_BLAS)
    case device_kind::blas:
        return explainn::blas<float>{threads};
#endif
#if defined(EXPLAINN_DEVICE_CUDA)
    case device_kind::cuda:
        return explainn::cuda<float>{which.number};
#endif
    default:
        return cpu;
    }
}

} // namespace shared
