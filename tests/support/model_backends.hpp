// The backends that tests of whole models run on where they are templates over backends.
#pragma once
#if defined(EXPLAINN_TESTS_BLAS)
#include <explainn/blas.hpp>
#define EXPLAINN_MODEL_BACKENDS explainn::blas<float>, explainn::blas<double>
#elif defined(EXPLAINN_TESTS_CUDA)
#include <explainn/cuda.hpp>
#define EXPLAINN_MODEL_BACKENDS explainn::cuda<float>
#else
#include <explainn/cpu.hpp>
#include <explainn/reference.hpp>
#define EXPLAINN_MODEL_BACKENDS explainn::cpu<float>, explainn::reference<double>
#endif
