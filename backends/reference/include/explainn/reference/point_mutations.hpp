// point_mutations: every mutant is written out and computed as a sequence of its own.
#pragma once
#include <algorithm>
#include <span>

#include <explainn/reference/dense.hpp>
#include <explainn/reference/motif_scan.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// The outputs (U, M, K) of the units of an op::point_mutations for sequences (M, L), without any change.
template <class B, class T>
temporary<T, 3> outputs_of(B& b, op::point_mutations<T> const& a, view<letter const, 2> sequences)
{
    extent const units = a.weight.size(0), m = sequences.size(0);
    temporary<T, 3> y{units, m, a.cells};
    run(b, op::motif_scan<T>{.sequences = sequences,
                             .weight = a.weight,
                             .scale = a.scale,
                             .shift = a.shift,
                             .act = a.act,
                             .pool = a.pool,
                             .stride = a.stride,
                             .y = y.all});
    for (int i = 0; i < a.depth; ++i) {
        auto const& layer = a.dense[static_cast<std::size_t>(i)];
        temporary<T, 3> next{units, m, layer.weight.size(1)};
        run(b, op::dense<T>{.x = y.all, .weight = layer.weight, .bias = layer.bias, .y = next.all});
        for (T& x : next.memory) x = activated(layer.act, x);
        y = std::move(next);
    }
    return y;
}

/// op::point_mutations by the scan and the dense layers of a backend of the host.
template <class B, class T>
void run_every_mutant(B& b, op::point_mutations<T> const& a)
{
    extent const n_all = a.sequences.size(0), length = a.sequences.size(1), units = a.change.size(0),
                 positions = a.change.size(2), alternatives = a.change.size(3), outputs = a.change.size(4),
                 mutants = positions * alternatives;
    temporary<letter, 2> some{mutants + 1, length}; // the last one is the unchanged sequence
    auto const bases = static_cast<std::size_t>(length);
    for (extent n = 0; n < n_all; ++n) {
        std::span<letter const> const from{&a.sequences(n, 0), bases};
        each({positions, alternatives}, [&](extent i, extent base) {
            mutate(from, a.what, static_cast<std::size_t>(a.first + i), static_cast<letter>(base),
                   {&some.all(i * alternatives + base, 0), bases});
        });
        std::copy(from.begin(), from.end(), &some.all(mutants, 0));
        if (a.reverse)
            for (extent i = 0; i <= mutants; ++i) reverse_complement({&some.all(i, 0), bases});
        auto const y = outputs_of(b, a, view<letter const, 2>{some.all});
        each({units, positions, alternatives, outputs}, [&](extent u, extent i, extent base, extent k) {
            a.change(u, n, i, base, k) = y.all(u, i * alternatives + base, k) - y.all(u, mutants, k);
        });
    }
}

} // namespace detail

/// op::point_mutations
template <class T>
void run(reference<T>& b, op::point_mutations<T> const& a)
{
    detail::run_every_mutant(b, a);
}

} // namespace explainn::EXPLAINN_ABI
