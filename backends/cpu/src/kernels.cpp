// The kernels of the cpu backend, compiled once: the library explainn::cpu_compiled.
#include <explainn/cpu/kernels.hpp>
