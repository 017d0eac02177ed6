// g++: a listener is called with batch_done or epoch_done, and one here takes neither
// clang: a listener is called with batch_done or epoch_done, and one here takes neither
#include <explainn/train/listeners.hpp>
using namespace explainn;
int main() { listeners both{[](epoch_done const&) {}, [](int) {}}; }
