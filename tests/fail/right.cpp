// compiles: what the others do wrong, done right
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
using net = network<dna<26>, bank<10, unit<conv<8>, global_max_pool>>, bank<10, unit<conv<19>, max_pool<8>>>,
                    linear_head<1>>;
void f(basic_model<reference<float>>& m) { trainer t{m, adam{}, bce_with_logits{}, training{}}; }
void g() { model<net, reference<float>> m{seed{1}}; }
int main() { return static_cast<int>(net::rows.features) - 20; }
