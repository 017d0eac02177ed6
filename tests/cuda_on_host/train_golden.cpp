// The cuda backend on the emulated device against the golden values of training.
#include <explainn/cuda.hpp>

#include "parity/check_case.hpp"

TEST_CASE("training on cuda<float> is as near to float64 as PyTorch's float32")
{
    golden::check_all<explainn::cuda<float>>([] { return explainn::cuda<float>{}; });
}
