// g++: requires  backend<B> class explainn::model
// clang: 'int' does not satisfy 'backend'
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
using namespace explainn;
int main() { model<paper_network<paper{}>, int> m{seed{1}}; }
