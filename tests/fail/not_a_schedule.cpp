// both: the fifth argument of a trainer is a schedule, such as cosine_rate{}; this type has no `double operator()(explainn::run_position const&) const`
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct timetable {};
void f(basic_model<reference<float>>& m) { trainer t{m, adam{}, bce_with_logits{}, training{}, timetable{}}; }
int main() {}
