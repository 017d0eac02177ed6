// point_mutations: every mutant is written out, some sequences at a time, and computed as a sequence of its
// own by the scan and the products of this backend.
#pragma once
#include <explainn/cuda/dense.cuh>
#include <explainn/cuda/motif_scan.cuh>
#include <explainn/cuda/pointwise.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// The mutants of some sequences, and behind those of each the sequence itself.
struct mutants {
    letter const* from; ///< (N, L)
    base_change what;
    bool reverse;
    std::size_t length, first, alternatives, of_each; ///< of_each: mutants and the sequence

    /// Letter l of mutant m of sequence n.
    EXPLAINN_KERNEL letter at(std::size_t n, std::size_t m, std::size_t l) const
    {
        letter const* const s = from + n * length;
        std::size_t const q = reverse ? length - 1 - l : l, place = first + m / alternatives;
        letter const base = static_cast<letter>(m % alternatives);
        letter x = s[q];
        if (m + 1 != of_each) {
            if (what == base_change::substitution) x = q == place ? base : x;
            else if (what == base_change::deletion)
                x = q < place ? x : q + 1 < length ? s[q + 1] : letter{letter_n};
            else x = q < place ? x : q == place ? base : s[q - 1];
        }
        return reverse ? complement(x) : x;
    }
};

} // namespace cuda_detail

/// op::point_mutations
template <class T>
void run(cuda<T>& b, op::point_mutations<T> const& a)
{
    using namespace cuda_detail;
    constexpr std::size_t most = 8192; // mutants at once
    std::size_t const n_all = size_of(a.sequences.size(0)), units = size_of(a.weight.size(0)),
                      positions = size_of(a.change.size(2)), alternatives = size_of(a.change.size(3)),
                      outputs = size_of(a.change.size(4)), length = size_of(a.sequences.size(1));
    if (a.change.count() == 0) return;
    mutants const of{a.sequences.data,
                     a.what,
                     a.reverse,
                     length,
                     size_of(a.first),
                     alternatives,
                     positions * alternatives + 1};
    std::size_t const together = most > of.of_each ? most / of.of_each : 1;
    for (std::size_t begin = 0; begin < n_all; begin += together) {
        auto const scratch = b.scratch();
        std::size_t const some = n_all - begin < together ? n_all - begin : together, all = some * of.of_each;
        auto const count = static_cast<extent>(all);
        letter* const letters = scratch.template make<letter>(all * length);
        for_each(b, all * length, [=] EXPLAINN_KERNEL(std::size_t i) {
            std::size_t const m = i / length;
            letters[i] = of.at(begin + m / of.of_each, m % of.of_each, i % length);
        });
        view<T, 3> y{scratch.template make<T>(units * all * size_of(a.cells)), a.weight.size(0), count,
                     a.cells};
        run(b, op::motif_scan<T>{.sequences = view<letter, 2>{letters, count, a.sequences.size(1)},
                                 .weight = a.weight,
                                 .scale = a.scale,
                                 .shift = a.shift,
                                 .act = a.act,
                                 .pool = a.pool,
                                 .stride = a.stride,
                                 .y = y});
        for (int i = 0; i < a.depth; ++i) {
            auto const& layer = a.dense[static_cast<std::size_t>(i)];
            extent const hidden = layer.weight.size(1);
            view<T, 3> const next{scratch.template make<T>(units * all * size_of(hidden)), y.size(0), count,
                                  hidden};
            dense_forward<T>(b, of_units(y).to_read(), layer.weight, layer.bias, of_units(next), all);
            auto const four = next.as(next.size(0), count, 1, hidden);
            run(b, op::activate<T>{.x = four, .act = layer.act, .y = four});
            y = next;
        }
        std::size_t const numbers = positions * alternatives * outputs;
        for_each(b, units * some * numbers, [=] EXPLAINN_KERNEL(std::size_t i) {
            std::size_t const at = i % numbers, k = at % outputs, m = at / outputs, n = i / numbers % some,
                              u = i / numbers / some;
            T const* const of_sequence = y.data + (u * some + n) * of.of_each * outputs;
            a.change.data[(u * n_all + begin + n) * numbers + at] =
                of_sequence[m * outputs + k] - of_sequence[(of.of_each - 1) * outputs + k];
        });
    }
}

} // namespace explainn::EXPLAINN_ABI
