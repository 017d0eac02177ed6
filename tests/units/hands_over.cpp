// Compiled with the flags of main.cpp: passes the model to asked.cpp, or keeps it.
#include "model.hpp"

bool right_when_handed(fast_model& other);

bool hand_over([[maybe_unused]] fast_model& mine)
{
#ifdef HANDS_OVER
    return right_when_handed(mine);
#else
    return true;
#endif
}
