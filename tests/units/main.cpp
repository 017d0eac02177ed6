// The first source file: prints the logits' last bits, so that two builds may be compared.
#include "model.hpp"

bool right_by_itself();
#ifdef MODELS_ARE_HANDED_OVER
bool right_when_handed(fast_model& other);
#endif

int main()
{
    fast_model mine{ex::seed{1}};
    bool fine = right(mine) && right_by_itself();
#ifdef MODELS_ARE_HANDED_OVER
    fine = fine && right_when_handed(mine);
#endif
    std::puts(fine ? "right" : "wrong");
    return fine ? 0 : 1;
}
