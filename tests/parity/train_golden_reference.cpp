// The reference backend against the golden values of training.
#if __has_include(<explainn/reference.hpp>)
#include <explainn/reference.hpp>

#include "check_case.hpp"

TEST_CASE("training on reference<double> gives PyTorch's numbers")
{
    golden::check_all<explainn::reference<double>>([] { return explainn::reference<double>{}; });
}
TEST_CASE("training on reference<float> is as near to float64 as PyTorch's float32")
{
    golden::check_all<explainn::reference<float>>([] { return explainn::reference<float>{}; });
}
#endif
