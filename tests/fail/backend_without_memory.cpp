// both: a backend owns memory: make<X>(n), upload(device, host, n), download(host, device, n) and wait()
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
using namespace explainn;
struct bare {
    using scalar = float;
};
int main() { model<paper_network<paper{}>, bare> m{seed{1}}; }
