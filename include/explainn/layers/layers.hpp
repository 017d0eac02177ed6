// Every layer of the library.
#pragma once
#include <explainn/layers/activations.hpp>
#include <explainn/layers/batch_norm.hpp>
#include <explainn/layers/conv.hpp>
#include <explainn/layers/dense.hpp>
#include <explainn/layers/dropout.hpp>
#include <explainn/layers/layer_norm.hpp>
#include <explainn/layers/pool.hpp>
