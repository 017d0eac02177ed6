// both: the first argument of a model is a network: model<network<dna<200>, ...>, cpu<float>>
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
using namespace explainn;
int main() { model<unit<conv<19>>, reference<float>> m{seed{1}}; }
