// both: a model runs on a backend, such as cpu<float> or reference<double>, and this type is none: it has no type `scalar`
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
using namespace explainn;
int main() { model<paper_network<paper{}>, int> m{seed{1}}; }
