// A backend of a user's own that makes something of a batch's letters and keeps more than reference does.
#pragma once
#include <cstring>

#include <explainn/reference.hpp>

namespace test {

namespace ex = explainn;

/// reference<float> that wants a copy of the letters with a mark behind them, and counts.
struct packing : ex::reference<float> {
    int* prepared;    ///< batches that were prepared
    int* scans;       ///< ops that read letters
    int* strangers;   ///< of them, those that were given no letters that were prepared, or others
    std::size_t more; ///< bytes that a scan keeps of a unit beyond the plain form

    packing(int& batches, int& ops, int& others, std::size_t bytes = 0)
        : prepared{&batches}, scans{&ops}, strangers{&others}, more{bytes}
    {
    }
    std::size_t prepared_bytes(ex::op::prepare_letters<float> const& o) const
    {
        return o.sequences.count() + 1;
    }
    template <class Op>
    std::size_t kept_bytes(Op const& o) const
    {
        return ex::kept_bytes(ex::reference<float>{}, o) + more;
    }
    template <class Op>
    void look(Op const& o) const
    {
        ++*scans;
        std::size_t const count = o.sequences.count();
        if (o.prepared.count < count + 1 || std::memcmp(o.prepared.data, o.sequences.data, count) != 0 ||
            o.prepared.data[count] != std::byte{9})
            ++*strangers;
    }
};

inline void run(packing& b, ex::op::prepare_letters<float> const& o)
{
    ++*b.prepared;
    std::memcpy(o.prepared.data, o.sequences.data, o.sequences.count());
    o.prepared.data[o.sequences.count()] = std::byte{9};
}
template <template <class> class Op>
    requires requires(Op<float> o) {
        o.sequences;
        o.prepared;
    }
void run(packing& b, Op<float> const& o)
{
    b.look(o);
    run(static_cast<ex::reference<float>&>(b), o);
}

} // namespace test
