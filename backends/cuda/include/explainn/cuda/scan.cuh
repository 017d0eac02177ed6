// Responses of filters to windows, as all scans compute them: with the same bits everywhere.
//
// Two neighbouring letters are one number below 25, and for each pair of places of a filter a table in shared
// memory has the sum of the two weights for each such number. A block holds the tables of 32 units, one for
// each lane: all lanes of a warp look at the same window, so that their 32 numbers lie side by side, and each
// lane walks through the windows of a cell on its own, without a word to the others.
#pragma once
#include <cmath>

#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

/// op::prepare_letters: 5 letter + next letter for each place; behind the end of a sequence stands N.
template <class T>
void run(cuda<T>& b, op::prepare_letters<T> const& a)
{
    auto const length = cuda_detail::size_of(a.sequences.size(1));
    auto* const to = reinterpret_cast<unsigned char*>(a.prepared.data);
    cuda_detail::for_each(b, a.sequences.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        unsigned const letter_here = a.sequences.data[i],
                       letter_next = i % length + 1 == length ? letter_n : a.sequences.data[i + 1];
        to[i] = static_cast<unsigned char>(5 * letter_here + letter_next);
    });
}

namespace cuda_detail {

/// Filters of at most this width have tables in shared memory; wider ones are read letter by letter.
inline constexpr extent widest_with_tables = 30;

/// What all scans read.
struct scan_input {
    unsigned char const* pairs{}; ///< (N, L), as prepare_letters makes them
    float const *weight{}, *scale{}, *shift{};
    unsigned units{}, n{}, length{}, width{};

    EXPLAINN_KERNEL unsigned windows() const { return length - width + 1; }
    /// The letters that a window of sequence s begins with.
    EXPLAINN_KERNEL unsigned char const* sequence(std::size_t s) const { return pairs + s * length; }
};

/// Bytes of the tables of a block.
inline std::size_t table_bytes(unsigned width)
{
    return static_cast<extent>(width) > widest_with_tables ? 0 : pieces(width, 2) * 25 * 32 * sizeof(float);
}

/// The weights of one lane's unit.
struct filter_tables {
    scan_input const& a;
    float const* tables; ///< of all lanes; null: the filters are wide
    unsigned unit, lane;

    /// Of the units from 32 group on; all threads of a block make them together.
    EXPLAINN_KERNEL filter_tables(thread const& t, scan_input const& input, unsigned group)
        : a{input}, tables{nullptr}, unit{32 * group + t.lane()}, lane{t.lane()}
    {
        if (a.width > static_cast<unsigned>(widest_with_tables)) return;
        auto* const to = t.template shared<float>();
        unsigned const pairs_of_places = (a.width + 1) / 2;
        for (unsigned i = t.warp(); i < pairs_of_places * 25; i += t.threads / 32) {
            unsigned const k = i / 25 * 2, first = i % 25 / 5, second = i % 5;
            float sum = 0;
            if (unit < a.units) {
                float const* const w = a.weight + std::size_t{unit} * 4 * a.width;
                if (first < 4) sum += w[first * a.width + k];
                if (second < 4 && k + 1 < a.width) sum += w[second * a.width + k + 1];
            }
            to[i * 32 + lane] = sum;
        }
        t.barrier();
        tables = to;
    }
    EXPLAINN_KERNEL bool is_one() const { return unit < a.units; }
    /// c of the window that begins at `at`.
    EXPLAINN_KERNEL float sum(unsigned char const* at) const
    {
        float c = 0;
        if (tables) {
            float const* of_pair = tables + lane;
            for (unsigned k = 0; k < a.width; k += 2, of_pair += 25 * 32) c += of_pair[at[k] * 32];
            return c;
        }
        float const* const w = a.weight + std::size_t{unit} * 4 * a.width;
        for (unsigned k = 0; k < a.width; ++k)
            if (unsigned const letter_here = at[k] / 5; letter_here < 4) c += w[letter_here * a.width + k];
        return c;
    }
};

/// scale c + shift, rounded once, so that every kernel has the same bits.
EXPLAINN_KERNEL inline float response(float scale, float c, float shift) { return fmaf(scale, c, shift); }

/// Letters as scans read them: what the caller prepared, or made in scratch memory.
template <class T, class Scratch, template <class> class Op>
scan_input input_of(cuda<T>& b, Scratch const& scratch, Op<T> const& a)
{
    own_bytes made = a.prepared;
    if (!made) {
        made = {scratch.template make<std::byte>(a.sequences.count()), a.sequences.count()};
        run(b, op::prepare_letters<T>{.sequences = a.sequences, .prepared = made});
    }
    return {reinterpret_cast<unsigned char const*>(made.data),
            a.weight.data,
            a.scale.data,
            a.shift.data,
            static_cast<unsigned>(a.weight.size(0)),
            static_cast<unsigned>(a.sequences.size(0)),
            static_cast<unsigned>(a.sequences.size(1)),
            static_cast<unsigned>(a.weight.size(2))};
}

} // namespace cuda_detail

} // namespace explainn::EXPLAINN_ABI
