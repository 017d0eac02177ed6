// The second source file: one function works with a model of its own, the other is given a model.
#include "model.hpp"

bool right_by_itself()
{
    fast_model mine{ex::seed{1}};
    return right(mine);
}
bool right_when_handed(fast_model& other) { return right(other); }
