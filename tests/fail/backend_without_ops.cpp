// both: a_backend_runs_every_op_and_this_one_lacks<
// both: op::sum_of_squares
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
using namespace explainn;
struct opless {
    using scalar = float;
    template <class X>
    std::vector<X> make(std::size_t n) { return std::vector<X>(n); }
    void upload(float*, float const*, std::size_t) {}
    void download(float*, float const*, std::size_t) {}
    void wait() {}
    template <class Key, class F>
    void record(Key const&, F&& f) { f(); }
    template <class F>
    void for_units(extent n, F&& f) { f(extent{0}, n); }
    template <class F>
    void for_units_backwards(extent n, F&& f) { f(extent{0}, n); }
    template <class F>
    void for_range(std::size_t n, F&& f) { f(std::size_t{0}, n); }
};
int main() { model<paper_network<paper{}>, opless> m{seed{1}}; }
