// Times every op on every backend at the paper's shape, one thread, after its results have been held to the
// reference's. Google Benchmark's options apply:
//
//     bench_ops --benchmark_filter=motif_scan
#include <cstdlib>
#include <iostream>
#include <string>

#include <benchmark/benchmark.h>

#include <explainn/cpu.hpp>

#include "cases.hpp"

namespace {

namespace ex = explainn;

template <class B>
B backend()
{
    if constexpr (std::is_same_v<B, ex::cpu<float>>) return B{ex::threads{1}};
    else return B{};
}

template <class B, class Make>
void time_op(benchmark::State& state, Make make)
{
    B b = backend<B>();
    {
        bench::arrays<B> mine{b};
        run(b, make(mine));
        ex::reference<float> reference;
        bench::arrays<ex::reference<float>> theirs{reference};
        run(reference, make(theirs));
        double const apart = bench::difference(mine.written(), theirs.written());
        if (!(apart < 1e-4)) return state.SkipWithError(("differs by " + std::to_string(apart)).c_str());
    }
    bench::arrays<B> arrays{b};
    auto const op = make(arrays);
    for (auto _ : state) {
        run(b, op);
        benchmark::ClobberMemory();
    }
}

template <class B>
void add_backend(std::string const& name)
{
    bench::add_cases([&name](std::string const& op, auto make) {
        benchmark::RegisterBenchmark((name + "/" + op).c_str(), [make](benchmark::State& state) {
            time_op<B>(state, make);
        })->Unit(benchmark::kMillisecond);
    });
}

} // namespace

int main(int count, char** words)
{
    add_backend<ex::cpu<float>>("cpu");
    add_backend<ex::reference<float>>("reference");
    benchmark::Initialize(&count, words);
    if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
