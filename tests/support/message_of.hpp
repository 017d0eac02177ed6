// The message of the error that a call throws.
#pragma once
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include <explainn/core/error.hpp>

namespace testing {

/// The message of the error that f() throws, which must be of one line, or "nothing thrown".
template <class F>
std::string message_of(F f)
{
    try {
        f();
    } catch (explainn::error const& e) {
        CHECK(std::string_view{e.what()}.find('\n') == std::string_view::npos);
        return e.what();
    }
    return "nothing thrown";
}

} // namespace testing
