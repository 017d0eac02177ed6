// The fast backend against the golden values of training.
#if __has_include(<explainn/cpu.hpp>)
#include <explainn/cpu.hpp>

#include "check_case.hpp"

TEST_CASE("training on cpu<double> gives PyTorch's numbers")
{
    golden::check_all<explainn::cpu<double>>([] { return explainn::cpu<double>{explainn::threads{2}}; });
}
TEST_CASE("training on cpu<float> is as near to float64 as PyTorch's float32")
{
    golden::check_all<explainn::cpu<float>>([] { return explainn::cpu<float>{explainn::threads{2}}; });
}
#endif
