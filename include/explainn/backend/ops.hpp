// The op vocabulary: what a backend is asked to do, each op a struct of named views with its contract.
// Letters: N sequences, L positions, W filter width, T = L - W + 1 windows, P pooled cells, U units, C
// channels, F features in, H features out, O outputs. Units come first everywhere: a slice of units is one
// piece of memory. An absent view (no data) is an argument left out. Gradients are assigned, never added,
// unless said.
#pragma once
#include <array>
#include <cstdint>
#include <limits>

#include <explainn/backend/activation.hpp>
#include <explainn/backend/dropout.hpp>
#include <explainn/backend/folded_dense.hpp>
#include <explainn/backend/own_memory.hpp>
#include <explainn/backend/step_values.hpp>
#include <explainn/backend/view.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/base_change.hpp>
#include <explainn/genomics/sample.hpp>

namespace explainn::EXPLAINN_ABI::op {

template <class T, int Rank>
using in = view<T const, Rank>;
template <class T, int Rank>
using out = view<T, Rank>;

// ------------------------------------------------------------------ the letters of a batch

/// Makes of a batch's letters, once, what the backend's ops read best. A backend need not have it, and is not
/// asked to run it where prepared_bytes() is 0.
template <class T>
struct prepare_letters {
    in<letter, 2> sequences; ///< (N, L)
    bool has_n = true;       ///< false: no letter is N
    bool gradient = false;   ///< window_statistics and motif_scan_gradient will read them, too
    own_bytes prepared{};    ///< prepared_bytes() of them, written
};

/// Letters of some rows of a data set that stays on the device, four bases a byte. A backend need not have
/// it; one that says gathers_letters() is not sent letters while it trains.
template <class T>
struct gather_letters {
    in<std::uint8_t, 2> packed;    ///< (rows, bytes): the first base in the lowest two bits
    in<std::uint32_t, 1> row_of_n; ///< (rows): the row of n of each; not below the rows of n: it holds no N
    in<std::uint8_t, 2> n{};       ///< (some, bytes): a bit for each base, 1 where it is N
    in<sample, 1> samples;         ///< (N): rows of packed, with strand and shift
    out<letter, 2> sequences;      ///< (N, L)
};

// ------------------------------------------------------------------ the fused stages (unit-bank mathematics)

/// Mean and covariance of all one-hot windows of a batch: x is a window's 4 W numbers, base-major (c * W +
/// k).
template <class T>
struct window_statistics {
    in<letter, 2> sequences;   ///< (N, L)
    own_bytes prepared{};      ///< what prepare_letters made of them with `gradient`; may be absent
    out<double, 1> mean;       ///< (4 W): sum x / (N T)
    out<double, 2> covariance; ///< (4 W, 4 W): sum x x' / (N T) - mean mean'
};

/// Mean and (biased) variance of a filter's responses over all windows, from the windows' statistics.
template <class T>
struct conv_statistics {
    in<double, 1> window_mean;       ///< (4 W)
    in<double, 2> window_covariance; ///< (4 W, 4 W)
    in<T, 2> weight;                 ///< (U, 4 W)
    in<T, 1> bias;                   ///< (U)
    out<T, 1> mean;                  ///< (U): w . mean + bias
    out<T, 1> variance;              ///< (U): w' covariance w
    out<T, 2> covariance_weight;     ///< (U, 4 W): covariance w, which the gradient needs again
};

/// What a batch norm after a convolution is to a scan: scale = gamma inv_sd, shift = beta + scale (bias -
/// mean), inv_sd = 1 / sqrt(variance + epsilon); without batch norm (gamma absent) scale = 1 and shift =
/// bias.
template <class T>
struct fold_norm {
    in<T, 1> gamma{}, beta{};          ///< (U); absent without batch norm
    in<T, 1> mean{}, variance{}, bias; ///< (U)
    double epsilon = 1e-5;
    out<T, 1> scale, shift, inv_sd{}; ///< (U)
};

/// conv + batch norm as scale and shift + a rising activation + max pooling, on letters; a padded N counts as
/// zeros. c(n, t, u) = sum over k of weight(u, letter(n, t + k), k), without the bias; y = activation(scale *
/// c* + shift), c* the first extremum of its cell: the maximum where scale >= 0, else the minimum.
template <class T>
struct motif_scan {
    in<letter, 2> sequences; ///< (N, L)
    bool has_n = true;       ///< false: no letter is N
    own_bytes prepared{};    ///< what prepare_letters made of both; may be absent
    in<T, 3> weight;         ///< (U, 4, W)
    in<T, 1> scale, shift;   ///< (U)
    activation act{};
    extent pool{}, stride{};  ///< cell p covers windows [p stride, p stride + pool)
    out<T, 3> y;              ///< (U, N, P)
    own_bytes_by_unit kept{}; ///< for the gradient, kept_bytes() a unit; absent at inference
};

/// motif_scan that tells which window won each cell, in numbers of a known form; for interpretation.
template <class T>
struct scan_winners {
    in<letter, 2> sequences; ///< (N, L)
    bool has_n = true;       ///< false: no letter is N
    own_bytes prepared{};    ///< as in motif_scan
    in<T, 3> weight;         ///< (U, 4, W)
    in<T, 1> scale, shift;   ///< (U)
    activation act{};
    extent pool{}, stride{};
    out<T, 3> y;              ///< (U, N, P)
    out<std::uint16_t, 3> at; ///< (U, N, P): the window of c*
};

/// Gradient of motif_scan with scale = gamma inv_sd, shift = beta + gamma inv_sd (bias - mean).
template <class T>
struct motif_scan_gradient {
    in<letter, 2> sequences; ///< (N, L)
    bool has_n = true;
    own_bytes prepared{};   ///< what prepare_letters made of them with `gradient`; may be absent
    in<T, 3> weight;        ///< (U, 4, W)
    in<T, 3> y, dy;         ///< (U, N, P)
    own_bytes_by_unit kept; ///< as the scan left it
    activation act{};
    in<T, 1> scale;                ///< (U), that of the scan
    in<T, 1> mean{}, inv_sd{};     ///< (U), of c + bias; absent without batch norm
    in<T, 1> bias;                 ///< (U)
    bool batch_statistics = false; ///< mean and variance came from this batch and take part in the gradient
    in<double, 1> window_mean{};   ///< (4 W), with batch_statistics
    in<T, 2> covariance_weight{};  ///< (U, 4 W), with batch_statistics
    out<T, 3> dweight;             ///< (U, 4, W)
    out<T, 1> dbias;               ///< (U); exactly 0 with batch_statistics
    out<T, 1> dgamma{}, dbeta{};   ///< (U); absent without batch norm
};

/// The statistics of both strands' windows from those of the given strand's: half of the windows are the
/// others' reverse complements. The reverse complement of a window is its 4 W numbers in reverse order (A, C,
/// G, T is T, G, C, A backwards), so that no window is looked at again: with P the reversal and d = (m - P m)
/// / 2, the mean is (m + P m) / 2 and the covariance (C + P C P) / 2 + d d'. Exact, and itself its own
/// reversal.
template <class T>
struct symmetric_statistics {
    in<double, 1> window_mean;       ///< (4 W), m
    in<double, 2> window_covariance; ///< (4 W, 4 W), C
    out<double, 1> mean;             ///< (4 W)
    out<double, 2> covariance;       ///< (4 W, 4 W)
};

/// motif_scan of both strands: window t has two responses, c(n, 2 t, u), that of the filter, and c(n, 2 t +
/// 1, u), that of its reverse complement; cell p covers both responses of its windows, and c* is the first
/// extremum among them. A sequence and its reverse complement have the same responses, to the bit. A padded N
/// counts as zeros.
template <class T>
struct symmetric_scan {
    in<letter, 2> sequences; ///< (N, L), with at most 32,768 windows each
    bool has_n = true;       ///< false: no letter is N
    own_bytes prepared{};    ///< as in motif_scan
    in<T, 3> weight;         ///< (U, 4, W)
    in<T, 1> scale, shift;   ///< (U)
    activation act{};
    extent pool{}, stride{};  ///< cell p covers windows [p stride, p stride + pool)
    out<T, 3> y;              ///< (U, N, P)
    own_bytes_by_unit kept{}; ///< for the gradient, kept_bytes() a unit; absent at inference
};

/// Gradient of symmetric_scan: that of motif_scan, where a window won by the reverse complement counts as its
/// reverse complement, and the statistics are those of both strands' windows.
template <class T>
struct symmetric_scan_gradient {
    in<letter, 2> sequences; ///< (N, L)
    bool has_n = true;
    own_bytes prepared{};   ///< as in motif_scan_gradient
    in<T, 3> weight;        ///< (U, 4, W)
    in<T, 3> y, dy;         ///< (U, N, P)
    own_bytes_by_unit kept; ///< as the scan left it
    activation act{};
    in<T, 1> scale;                ///< (U), that of the scan
    in<T, 1> mean{}, inv_sd{};     ///< (U), of c + bias; absent without batch norm
    in<T, 1> bias;                 ///< (U)
    bool batch_statistics = false; ///< mean and variance came from this batch and take part in the gradient
    in<double, 1> window_mean{};   ///< (4 W) of both strands, with batch_statistics
    in<T, 2> covariance_weight{};  ///< (U, 4 W) of both strands, with batch_statistics
    out<T, 3> dweight;             ///< (U, 4, W)
    out<T, 1> dbias;               ///< (U); exactly 0 with batch_statistics
    out<T, 1> dgamma{}, dbeta{};   ///< (U); absent without batch norm
};

/// Filters with their reverse complements: filters 2 f and 2 f + 1 are filter f and its 4 W numbers in
/// reverse order, both with its bias.
template <class T>
struct both_strands {
    in<T, 4> weight;     ///< (U, F, 4, W)
    in<T, 2> bias;       ///< (U, F)
    out<T, 4> of_both;   ///< (U, 2 F, 4, W)
    out<T, 2> bias_both; ///< (U, 2 F)
};
/// Gradient of both_strands.
template <class T>
struct both_strands_gradient {
    in<T, 4> of_both;   ///< (U, 2 F, 4, W), the gradient of what it gave
    in<T, 2> bias_both; ///< (U, 2 F)
    out<T, 4> dweight;  ///< (U, F, 4, W)
    out<T, 2> dbias;    ///< (U, F)
};

/// The largest response of each unit over all windows, before an activation: z(u, n, t) = scale(u) c(n, t, u)
/// + shift(u), c as in motif_scan; and where to look for those above a cut.
template <class T>
struct scan_largest {
    in<letter, 2> sequences; ///< (N, L)
    bool has_n = true;
    own_bytes prepared{};  ///< as in motif_scan
    in<T, 3> weight;       ///< (U, 4, W)
    in<T, 1> scale, shift; ///< (U)
    in<T, 1> cut{};        ///< (U), with kept
    out<T, 1> largest;     ///< (U): raised where a response is larger
    own_bytes kept{};      ///< kept_bytes() of what may spare scan_hits work; may be absent
};

/// The windows whose response z (as in scan_largest, with its bits) exceeds the unit's cut, and the bases
/// they hold.
template <class T>
struct scan_hits {
    in<letter, 2> sequences; ///< (N, L)
    bool has_n = true;
    own_bytes prepared{};  ///< as in motif_scan
    in<T, 3> weight;       ///< (U, 4, W)
    in<T, 1> scale, shift; ///< (U)
    in<T, 1> cut;          ///< (U)
    /// What scan_largest left of the same letters and filters, with cuts that were not above these; may be
    /// absent: every window is looked at.
    own_bytes kept{};
    out<std::uint32_t, 2> hits;   ///< (U, N): windows above the cut
    out<std::uint64_t, 3> counts; ///< (U, W, 4): added to: bases at the places of those windows; N adds none
};

/// dense + batch norm + activation + dropout: y = dropout(act(gamma (x w' + bias - mean) / sqrt(variance +
/// epsilon) + beta)).
template <class T>
struct dense_block {
    in<T, 3> x;                    ///< (U, N, F)
    in<T, 3> weight;               ///< (U, H, F)
    in<T, 2> bias;                 ///< (U, H)
    in<T, 2> gamma{}, beta{};      ///< (U, H); absent without batch norm
    bool batch_statistics = false; ///< true: mean and variance are computed and written; false: they are read
    out<T, 2> mean{}, variance{};  ///< (U, H), the biased variance; absent without batch norm
    double epsilon = 1e-5;
    activation act{};
    dropout_mask dropout{};
    own_bytes_by_unit kept{}; ///< for the gradient, kept_bytes() a unit; absent at inference
    out<T, 3> y;              ///< (U, N, H)
};

/// Gradient of dense_block.
template <class T>
struct dense_block_gradient {
    in<T, 3> x;               ///< (U, N, F)
    in<T, 3> weight;          ///< (U, H, F)
    in<T, 2> gamma{}, beta{}; ///< (U, H); absent without batch norm
    bool batch_statistics = false;
    in<T, 2> variance{}; ///< (U, H)
    double epsilon = 1e-5;
    activation act{};
    dropout_mask dropout{};
    own_bytes_by_unit kept;      ///< as the block left it
    in<T, 3> y;                  ///< (U, N, H)
    out<T, 3> dy;                ///< (U, N, H); overwritten
    out<T, 3> dx{};              ///< (U, N, F); absent: not wanted
    out<T, 3> dweight;           ///< (U, H, F)
    out<T, 2> dbias;             ///< (U, H); exactly 0 with batch_statistics
    out<T, 2> dgamma{}, dbeta{}; ///< (U, H); absent without batch norm
};

/// Two blocks in a row, the second of one output: `last` on what `hidden` makes. Hidden has batch norm and
/// ReLU. What lies between the blocks is written nowhere that a caller could read.
template <class T>
struct dense_pair {
    dense_block<T> hidden;    ///< H > 1, without y and kept
    dense_block<T> last;      ///< H = 1, without x and kept
    own_bytes_by_unit kept{}; ///< for the gradient, kept_bytes() a unit; absent at inference
};

/// Gradient of dense_pair.
template <class T>
struct dense_pair_gradient {
    dense_block_gradient<T> hidden; ///< without y, dy and kept
    dense_block_gradient<T> last;   ///< without x, dx and kept
    own_bytes_by_unit kept;         ///< as the pair left it
};

// ------------------------------------------------------------------ the head

/// y(n, o) = bias(o) + sum over u, k of weight(o, first + u K + k) x(u, n, k); `add`: added to y, without the
/// bias.
template <class T>
struct linear {
    in<T, 3> x;       ///< (U, N, K)
    in<T, 2> weight;  ///< (O, features of all banks)
    extent first = 0; ///< the bank's first feature
    in<T, 1> bias{};  ///< (O); absent: none
    bool add = false;
    out<T, 2> y; ///< (N, O)
};
/// Gradient of linear; of dweight only the bank's columns are written.
template <class T>
struct linear_gradient {
    in<T, 3> x;      ///< (U, N, K)
    in<T, 2> weight; ///< (O, features)
    extent first = 0;
    in<T, 2> dy;       ///< (N, O)
    out<T, 3> dx{};    ///< (U, N, K); absent: not wanted
    out<T, 2> dweight; ///< (O, features)
    out<T, 1> dbias{}; ///< (O); absent: not wanted
};

/// y(n, o) += sum over pairs p of weight(o, c) x(n, i) z(n, j), with i, j, c = pairs(p, 0..2): features i of
/// x and j of z, u K + k for output k of unit u, and the pair's column of weight.
template <class T>
struct pair_products {
    in<T, 3> x, z;       ///< (U, N, K) and (U', N, K'): outputs of two banks, or twice of one
    in<extent, 2> pairs; ///< (P, 3)
    in<T, 2> weight;     ///< (O, pairs of all such calls)
    out<T, 2> y;         ///< (N, O); added to
};
/// Gradient of pair_products; of dweight only the columns of these pairs are written.
template <class T>
struct pair_products_gradient {
    in<T, 3> x, z;
    in<extent, 2> pairs;
    in<T, 2> weight;
    in<T, 2> dy;          ///< (N, O)
    out<T, 3> dx{}, dz{}; ///< as x and z, added to; absent: not wanted; one array where x and z are one
    out<T, 2> dweight;    ///< (O, pairs of all such calls)
};

// ------------------------------------------------------------------ single layers, for what no fused stage
// takes

/// y(0, n, c, l) = 1 where the letter is base c, else 0.
template <class T>
struct one_hot {
    in<letter, 2> sequences; ///< (N, L)
    out<T, 4> y;             ///< (1, N, 4, L)
};
/// y(0, n, c, l) = signals(n, c, l) where y has one unit for all; y(c, n, 0, l) = signals(n, c, l) where it
/// has a unit for each channel.
template <class T>
struct spread_signals {
    in<float, 3> signals; ///< (N, C, L)
    out<T, 4> y;          ///< (1, N, C, L) or (C, N, 1, L)
};
/// y(u, n, f, t) = bias(u, f) + sum over c, k of weight(u, f, c, k) x(u, n, c, t + k - padding); x may have
/// one unit for all.
template <class T>
struct conv {
    in<T, 4> x;      ///< (U or 1, N, C, L)
    in<T, 4> weight; ///< (U, F, C, W)
    in<T, 2> bias{}; ///< (U, F)
    extent padding = 0, stride = 1, dilation = 1;
    out<T, 4> y; ///< (U, N, F, T), T = (L + 2 padding - dilation (W - 1) - 1) / stride + 1
};
template <class T>
struct conv_gradient {
    in<T, 4> x, weight;
    extent padding = 0, stride = 1, dilation = 1;
    in<T, 4> dy;    ///< (U, N, F, T)
    out<T, 4> dx{}; ///< as x; absent: not wanted (always for one x for all units)
    out<T, 4> dweight;
    out<T, 2> dbias;
};
/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta by unit and channel, over N and L.
template <class T>
struct batch_norm {
    in<T, 4> x;           ///< (U, N, C, L)
    in<T, 2> gamma, beta; ///< (U, C)
    bool batch_statistics = false;
    out<T, 2> mean, variance; ///< (U, C): written with batch_statistics (biased), else read
    double epsilon = 1e-5;
    out<T, 4> y;
};
template <class T>
struct batch_norm_gradient {
    in<T, 4> x;
    in<T, 2> gamma;
    bool batch_statistics = false;
    in<T, 2> mean, variance;
    double epsilon = 1e-5;
    in<T, 4> dy;
    out<T, 4> dx;
    out<T, 2> dgamma, dbeta;
};
/// y = act(x)
template <class T>
struct activate {
    in<T, 4> x;
    activation act{};
    out<T, 4> y;
};
template <class T>
struct activate_gradient {
    in<T, 4> x, y, dy;
    activation act{};
    out<T, 4> dx;
};
/// Maximum (the first one wins) or average of cells of `width` positions; padding counts as -infinity, or as
/// zeros in the average.
template <class T>
struct pool {
    in<T, 4> x; ///< (U, N, C, L)
    extent width{}, stride{}, padding = 0;
    bool average = false;
    out<T, 4> y;              ///< (U, N, C, P)
    own_bytes_by_unit kept{}; ///< for the gradient of a maximum, kept_bytes() a unit; absent at inference
};
template <class T>
struct pool_gradient {
    extent width{}, stride{}, padding = 0;
    bool average = false;
    own_bytes_by_unit kept{}; ///< as the pool left it; absent for the average
    in<T, 4> dy;
    out<T, 4> dx; ///< (U, N, C, L)
};
/// y = x w' + bias by unit.
template <class T>
struct dense {
    in<T, 3> x;      ///< (U, N, F)
    in<T, 3> weight; ///< (U, H, F)
    in<T, 2> bias;   ///< (U, H)
    out<T, 3> y;     ///< (U, N, H)
};
template <class T>
struct dense_gradient {
    in<T, 3> x, weight, dy;
    out<T, 3> dx{}; ///< absent: not wanted
    out<T, 3> dweight;
    out<T, 2> dbias;
};
/// y = x scaled where kept, else 0; its own gradient with dy for x.
template <class T>
struct dropout {
    in<T, 3> x; ///< (U, N, F)
    dropout_mask mask{};
    out<T, 3> y;
};
/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta over a sequence's C x L features of one unit.
template <class T>
struct layer_norm {
    in<T, 3> x;           ///< (U, N, F)
    in<T, 2> gamma, beta; ///< (U, F)
    double epsilon = 1e-5;
    out<T, 3> y;
};
template <class T>
struct layer_norm_gradient {
    in<T, 3> x, dy;
    in<T, 2> gamma;
    double epsilon = 1e-5;
    out<T, 3> dx;
    out<T, 2> dgamma, dbeta;
};

/// A long short-term memory along the positions (Hochreiter & Schmidhuber 1997) as PyTorch's LSTM computes
/// it, in one direction. With a(t) = input_weight x(t) + input_bias + hidden_weight h(t - 1) + hidden_bias in
/// four blocks of H rows, i, f, g and o: c(t) = sigmoid(f) c(t - 1) + sigmoid(i) tanh(g), h(t) = sigmoid(o)
/// tanh(c(t)); h and c are zeros before the first position.
template <class T>
struct lstm {
    in<T, 4> x;                       ///< (U, N, C, L)
    in<T, 3> input_weight;            ///< (U, 4 H, C)
    in<T, 3> hidden_weight;           ///< (U, 4 H, H)
    in<T, 2> input_bias, hidden_bias; ///< (U, 4 H)
    bool reverse = false;             ///< the last position comes first
    extent first = 0;                 ///< of y channels [first, first + H) are written with h
    out<T, 4> y;                      ///< (U, N, H or more, L)
    own_bytes_by_unit kept{};         ///< for the gradient, kept_bytes() a unit; absent at inference
};
template <class T>
struct lstm_gradient {
    in<T, 4> x;
    in<T, 3> input_weight, hidden_weight;
    bool reverse = false;
    extent first = 0;       ///< of dy channels [first, first + H) are read
    own_bytes_by_unit kept; ///< as lstm left it
    in<T, 4> dy;            ///< (U, N, H or more, L)
    bool add = false;       ///< dx is added to
    out<T, 4> dx{};         ///< (U, N, C, L); absent: not wanted
    out<T, 3> dinput_weight, dhidden_weight;
    out<T, 2> dinput_bias, dhidden_bias;
};
/// y(u, n, l, c) = x(u, n, c, l)
template <class T>
struct transpose {
    in<T, 4> x;  ///< (U, N, C, L)
    out<T, 4> y; ///< (U, N, L, C)
};
/// y(u, n, y_first + c, l) = x(u, n, x_first + c, l) for `channels` channels c; `add`: added to y.
template <class T>
struct copy_channels {
    in<T, 4> x; ///< (U, N, C, L)
    extent x_first = 0, y_first = 0, channels{};
    bool add = false;
    out<T, 4> y; ///< (U, N, C', L)
};
/// y(u, n, c, p) = x(u, n, c, p) + x(u, n, c, L - 1 - p); of an odd L the middle once, as it is.
template <class T>
struct mirror_sum {
    in<T, 4> x;  ///< (U, N, C, L)
    out<T, 4> y; ///< (U, N, C, (L + 1) / 2)
};
/// dx(u, n, c, p) = dy(u, n, c, the smaller of p and L - 1 - p)
template <class T>
struct mirror_sum_gradient {
    in<T, 4> dy;  ///< (U, N, C, (L + 1) / 2)
    out<T, 4> dx; ///< (U, N, C, L)
};
/// y(k, n, c, l) = x(i, n, c, l) and y(k, n, C + c, l) = x(j, n, c, l) for the units i, j = pairs(k, 0..1).
template <class T>
struct pair_cells {
    in<T, 4> x;          ///< (U, N, C, L)
    in<extent, 2> pairs; ///< (K, 2)
    out<T, 4> y;         ///< (K, N, 2 C, L)
};
/// Gradient of pair_cells for the units [first, first + U') of x, by the pairs in their order.
template <class T>
struct pair_cells_gradient {
    in<extent, 2> pairs; ///< (K, 2)
    in<T, 4> dy;         ///< (K, N, 2 C, L)
    extent first = 0;
    out<T, 4> dx; ///< (U', N, C, L); added to
};
/// y(u, n, 0, d + L - 1) = sum over l of x(u, n, 0, l) x(u, n, 1, l + d), for distances d from -(L - 1) to
/// L - 1.
template <class T>
struct by_distance {
    in<T, 4> x;  ///< (U, N, 2, L)
    out<T, 4> y; ///< (U, N, 1, 2 L - 1)
};
template <class T>
struct by_distance_gradient {
    in<T, 4> x;   ///< (U, N, 2, L)
    in<T, 4> dy;  ///< (U, N, 1, 2 L - 1)
    out<T, 4> dx; ///< (U, N, 2, L)
};
/// A convolution of every channel with a filter of its own: y(u, n, c, t) = bias(u, c) + sum over k of
/// weight(u, c, k) x(u, n, c, t + k - padding).
template <class T>
struct depthwise_conv {
    in<T, 4> x;      ///< (U, N, C, L)
    in<T, 3> weight; ///< (U, C, W)
    in<T, 2> bias;   ///< (U, C)
    extent padding = 0;
    out<T, 4> y; ///< (U, N, C, L + 2 padding - W + 1)
};
template <class T>
struct depthwise_conv_gradient {
    in<T, 4> x;
    in<T, 3> weight;
    extent padding = 0;
    in<T, 4> dy;    ///< (U, N, C, T)
    out<T, 4> dx{}; ///< (U, N, C, L); absent: not wanted
    out<T, 3> dweight;
    out<T, 2> dbias;
};
/// y(u, n, c, l) = gate(u, n, c) x(u, n, c, l)
template <class T>
struct scale_channels {
    in<T, 4> x;    ///< (U, N, C, L)
    in<T, 3> gate; ///< (U, N, C)
    out<T, 4> y;
};
/// dgate(u, n, c) = sum over l of x(u, n, c, l) dy(u, n, c, l)
template <class T>
struct scale_channels_gradient {
    in<T, 4> x, dy;
    out<T, 3> dgate; ///< (U, N, C)
};
/// y(u, n, c, l) += x(u, n, c) / L: the gradient of the mean over positions, added.
template <class T>
struct add_mean_gradient {
    in<T, 3> x;  ///< (U, N, C)
    out<T, 4> y; ///< (U, N, C, L)
};

// ------------------------------------------------------------------ mutants

/// What every change of one base does to the outputs of units that are a motif_scan and the dense layers
/// behind it: y(mutant) - y(sequence), exactly 0 where a substitution puts the base that is there.
template <class T>
struct point_mutations {
    in<letter, 2> sequences; ///< (N, L)
    in<T, 3> weight;         ///< (U, 4, W)
    in<T, 1> scale, shift;   ///< (U)
    activation act{};
    extent pool{}, stride{}, cells{};                        ///< cells: P of the scan
    std::array<folded_dense<T>, most_folded_layers> dense{}; ///< the first `depth` of them; the first reads
                                                             ///< the P cells
    int depth = 0;                                           ///< 0: the cells are the outputs
    bool reverse = false; ///< units read the reverse complement of sequence and mutant
    base_change what{};   ///< at positions [first, first + R) of the sequence as it is given
    extent first = 0;
    out<T, 5> change; ///< (U, N, R, A, K): A = alternatives_of(what), base a at place a; K outputs a unit
};

// ------------------------------------------------------------------ training

/// running = (1 - momentum) running + momentum statistic; the variance is made unbiased: count / (count - 1).
template <class T>
struct update_running {
    in<T, 1> mean, variance;
    double momentum = 0.1;
    double count{}; ///< values behind each statistic
    out<T, 1> running_mean, running_variance;
};
/// Binary cross-entropy of logits by element, labels in [0, 1], NaN = missing (no loss, no gradient). With
/// columns [first, first + count) it reads and writes those alone; count 0: all.
template <class T>
struct bce_with_logits {
    in<T, 2> logits;             ///< (N, O)
    in<float, 2> labels;         ///< (N, O)
    extent first = 0, count = 0; ///< columns
    double weight = 1;           ///< how often a term counts
    out<T, 2> gradient{};        ///< (N, O), of the sum of terms; absent: not wanted
    bool add = false;            ///< the totals are added to
    out<double, 1> totals;       ///< (2): weight x sum of losses, weight x number of labels there are
};
/// x = x / totals(1); zeros where that is 0: from the gradient of a sum of terms to that of their mean.
template <class T>
struct divide_by_count {
    in<double, 1> totals; ///< (2), of a loss
    out<T, 2> x;
};
/// sums(0) += totals(0), sums(1) += totals(1); with `now`, sums(2) = its batch where that was 0 and totals(0)
/// is not finite.
template <class T>
struct add_totals {
    in<double, 1> totals;     ///< (2), of a loss
    in<step_values, 1> now{}; ///< (1); may be absent
    out<double, 1> sums;      ///< (2), or (3) with `now`
};
/// Logits over both strands: y = strand for the first of them, y = (y + strand) / 2 for the second.
template <class T>
struct mean_of_strands {
    in<T, 2> strand; ///< (N, O)
    bool first = false;
    out<T, 2> y; ///< (N, O)
};

// What is done to parameters and gradients: the views hold all of them, flat, and runs say where.

/// Adam and AdamW (Kingma & Ba 2015; Loshchilov & Hutter 2019) as PyTorch computes them.
template <class T>
struct adam_step {
    out<T, 1> parameter;
    in<T, 1> gradient;
    out<T, 1> first, second;   ///< moments; zeros before the first step
    in<parameter_run, 1> runs; ///< any number
    in<step_values, 1> now;    ///< (1)
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double decoupled_decay = 0; ///< in runs that decay: parameter *= 1 - learning_rate decay, before the step
};
/// Stochastic gradient descent with momentum as PyTorch computes it; momentum 0 needs no velocity.
template <class T>
struct sgd_step {
    out<T, 1> parameter;
    in<T, 1> gradient;
    out<T, 1> velocity{}; ///< absent without momentum; zeros before the first step
    in<parameter_run, 1> runs;
    in<step_values, 1> now; ///< (1)
    double momentum = 0;
    bool nesterov = false;
};
/// RMSprop (Tieleman & Hinton 2012) as PyTorch computes it: epsilon stands outside the root; momentum 0 needs
/// no velocity.
template <class T>
struct rmsprop_step {
    out<T, 1> parameter;
    in<T, 1> gradient;
    out<T, 1> square;     ///< moving average of the squared gradient; zeros before the first step
    out<T, 1> velocity{}; ///< absent without momentum; zeros before the first step
    in<parameter_run, 1> runs;
    in<step_values, 1> now; ///< (1)
    double alpha = 0.99, epsilon = 1e-8, momentum = 0;
};
/// average = decay average + (1 - decay) value, with the decay of the step.
template <class T>
struct moving_average {
    in<T, 1> value;
    in<step_values, 1> now; ///< (1); an average_decay of 0: a copy, whatever the average was
    out<T, 1> average;
};
/// gradient += amount sign(parameter), sign(0) = 0: the slope of amount x the sum of magnitudes.
template <class T>
struct add_sign {
    in<T, 1> parameter;
    in<parameter_run, 1> runs;
    double amount{};
    out<T, 1> gradient;
};
/// x = factor x, and then within [least, most].
template <class T>
struct scale_and_clamp {
    double factor = 1;
    double least = -std::numeric_limits<double>::infinity(), most = std::numeric_limits<double>::infinity();
    in<parameter_run, 1> runs;
    out<T, 1> x;
};
/// sums(i) = sum of x x over run i.
template <class T>
struct sum_of_squares {
    in<T, 1> x;
    in<parameter_run, 1> runs;
    out<double, 1> sums; ///< one a run
};
/// x = x most / (norm + 1e-6) where that is less, as PyTorch's clip_grad_norm_; norm is the root of the sum
/// of all squares, added in order.
template <class T>
struct clip_norm {
    in<double, 1> squares; ///< any number, of sum_of_squares
    double most{};
    in<parameter_run, 1> runs;
    out<T, 1> x;
};

} // namespace explainn::EXPLAINN_ABI::op
