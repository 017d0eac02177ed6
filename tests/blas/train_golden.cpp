// The blas backend against the golden values of training.
#include <explainn/blas.hpp>

#include "parity/check_case.hpp"

TEST_CASE("training on blas<double> gives PyTorch's numbers")
{
    golden::check_all<explainn::blas<double>>([] { return explainn::blas<double>{explainn::threads{2}}; });
}
TEST_CASE("training on blas<float> is as near to float64 as PyTorch's float32")
{
    golden::check_all<explainn::blas<float>>([] { return explainn::blas<float>{explainn::threads{2}}; });
}
