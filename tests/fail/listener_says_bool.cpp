// g++: a listener returns go_on::yes, go_on::no or nothing
// clang: a listener returns go_on::yes, go_on::no or nothing
#include <explainn/train/events.hpp>
using namespace explainn;
int main()
{
    auto stop = [](epoch_done const& e) { return e.epoch < 3; };
    return detail::tell(stop, epoch_done{}) == go_on::yes;
}
