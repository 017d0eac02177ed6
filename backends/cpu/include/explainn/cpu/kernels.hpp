// The ops of cpu<float> that have kernels of their own. A program that compiles them in several source files
// at once includes each of these in one.
#pragma once
#include <explainn/cpu/kernels/dense.hpp>
#include <explainn/cpu/kernels/layers.hpp>
#include <explainn/cpu/kernels/scans.hpp>
#include <explainn/cpu/kernels/symmetric.hpp>
#include <explainn/cpu/kernels/training.hpp>
