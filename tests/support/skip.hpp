// A test case that cannot run here says so in one line, and is counted as skipped instead of passed.
#pragma once
#include <cstdio>
#include <string>

#include <doctest/doctest.h>

namespace test {

/// Prints "skipped: NAME OF THE CASE: why"; tests/run.sh counts these lines. The case returns after it.
///
///     if (!std::filesystem::exists(file)) return test::skip("the shared data are not here");
inline void skip(std::string const& why)
{
    auto const* const here = doctest::getContextOptions()->currentTest;
    std::printf("skipped: %s: %s\n", here != nullptr ? here->m_name : "?", why.c_str());
    std::fflush(stdout);
}

} // namespace test
