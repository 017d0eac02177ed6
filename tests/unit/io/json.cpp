// The kinds of JSON that headers and model files need: numbers, words, objects and lists, read strictly.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <explainn/io/json_cursor.hpp>

namespace ex = explainn;

namespace {
template <class Read>
std::string refusal(std::string_view text, Read read)
{
    try {
        ex::json_cursor at{text, "text"};
        read(at);
        at.expect_end();
    } catch (ex::error const& e) {
        return e.what();
    }
    return {};
}
} // namespace

TEST_CASE("numbers are JSON's and no others")
{
    auto const number = [](ex::json_cursor& at) { at.number(); };
    for (std::string_view const good :
         {"0", "-0", "7", "-12.5", "1e-05", "1E+3", "0.1", " 2 ", "1.7976931348623157e308"}) {
        CAPTURE(good);
        CHECK(refusal(good, number) == "");
    }
    CHECK(ex::json_cursor{"-12.5e1"}.number() == -125);
    for (std::string_view const bad : {"", "-", "+1", ".5", "1.", "1e", "1e+", "01", "0x1", "nan", "inf",
                                       "1e999", "-1e999", "1,5", "\"1\"", "null", "--1"}) {
        CAPTURE(bad);
        CHECK(refusal(bad, number) != "");
    }
    CHECK(refusal("1e999", number) ==
          "expected a number that a double holds at byte 5 of the text, found its end");
}

TEST_CASE("words, objects and lists")
{
    CHECK(ex::json_cursor{" true"}.boolean());
    CHECK(!ex::json_cursor{"false "}.boolean());
    CHECK(refusal("1", [](auto& at) { at.boolean(); }) ==
          "expected true or false at byte 0 of the text, found '1'");
    CHECK(refusal("truely", [](auto& at) { at.boolean(); }) ==
          "expected the end of the text at byte 4 of the text, found 'ly'");

    std::vector<std::string> keys;
    auto const object = [&](ex::json_cursor& at) {
        at.members([&](std::string const& key) {
            keys.push_back(key);
            at.elements([&] { at.number(); });
        });
    };
    CHECK(refusal(R"({"a": [1, 2], "b": []})", object) == "");
    CHECK(keys == std::vector<std::string>{"a", "b"});
    CHECK(refusal("{}", object) == "");
    CHECK(refusal(R"({"a": [1], "a": [2]})", object) ==
          "expected every key of the text once, found 'a' twice");
    CHECK(refusal(R"({"a": [1,]})", object) == "expected a number at byte 9 of the text, found ']}'");
    CHECK(refusal(R"({"a": [1] "b": [1]})", object) ==
          "expected '}' at byte 10 of the text, found '\"b\": [1]}'");
    CHECK(refusal(R"({"a": [[[[[[[[)", object) == "expected a number at byte 7 of the text, found '[[[[[[['");
    CHECK(refusal("[", object) == "expected '{' at byte 0 of the text, found '['");
}
