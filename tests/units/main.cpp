// The first source file: it makes a model, and either has the other file make one or passes its own to it
// (hands_over.cpp).
#include "model.hpp"

bool right_by_itself();
bool hand_over(fast_model& mine);

int main()
{
    fast_model mine{ex::seed{1}};
    bool const fine = right(mine) && right_by_itself() && hand_over(mine);
    std::puts(fine ? "right" : "wrong");
    return fine ? 0 : 1;
}
