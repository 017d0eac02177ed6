// The reference backend with every op: slow and obvious; the other backends are tested against it.
#pragma once
#include <explainn/backend/concept.hpp>
#include <explainn/reference/batch_norm.hpp>
#include <explainn/reference/channels.hpp>
#include <explainn/reference/conv.hpp>
#include <explainn/reference/dense.hpp>
#include <explainn/reference/dense_block.hpp>
#include <explainn/reference/dense_pair.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/gather_letters.hpp>
#include <explainn/reference/layer_norm.hpp>
#include <explainn/reference/lstm.hpp>
#include <explainn/reference/motif_scan.hpp>
#include <explainn/reference/pairs.hpp>
#include <explainn/reference/point_mutations.hpp>
#include <explainn/reference/pointwise.hpp>
#include <explainn/reference/pool.hpp>
#include <explainn/reference/scan_hits.hpp>
#include <explainn/reference/statistics.hpp>
#include <explainn/reference/symmetric_scan.hpp>
#include <explainn/reference/training.hpp>

namespace explainn::EXPLAINN_ABI {

static_assert(backend<reference<float>> && backend<reference<double>>);

} // namespace explainn::EXPLAINN_ABI
