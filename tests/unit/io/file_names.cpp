// Names of any kind turned into names of files, and into fields of a table.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/io/file_names.hpp>
#include <explainn/io/output_file.hpp>

#include "support/folder.hpp"

namespace ex = explainn;

TEST_CASE("names of files: plain ones stay, what could leave the folder or hide does not")
{
    for (char const* plain : {"MA0139.1", "filter_7", "a-b", "CTCF.v2", "CONTROL", "com", "lpt12"})
        CHECK(ex::file_name_of(plain) == plain);
    CHECK(ex::file_name_of("a/b") == "a_b");
    CHECK(ex::file_name_of("../up") == "_.._up");
    CHECK(ex::file_name_of("..") == "_..");
    CHECK(ex::file_name_of(".") == "_.");
    CHECK(ex::file_name_of("") == "_");
    CHECK(ex::file_name_of(".hidden") == "_.hidden");
    CHECK(ex::file_name_of("-rf") == "_-rf");
    CHECK(ex::file_name_of("<&\">") == "____");
    CHECK(ex::file_name_of("a\tb\nc\x7f") == "a_b_c_");
    CHECK(ex::file_name_of(std::string_view{"a\0b", 3}) == "a_b");
    CHECK(ex::file_name_of("NF-\xCE\xBA"
                           "B") == "NF-_B");     // one underscore for a letter of two bytes
    CHECK(ex::file_name_of("\xFF\xFE") == "__"); // no UTF-8 at all
    CHECK(ex::file_name_of("C:\\x") == "C__x");
    for (char const* device : {"CON", "nul", "com1", "LPT9", "aux.v2", "PRN.meme"})
        CHECK(ex::file_name_of(device) == "_" + std::string{device});
    CHECK(ex::file_name_of(std::string(300, 'x')) == std::string(ex::longest_file_name, 'x'));
}

TEST_CASE("no two names give one file, letter case aside, and all of them can be written")
{
    std::vector<std::string> const names{"a/b",   "a_b", "A_B",     "a_b_2", std::string(300, 'x'),
                                         "<&\">", "",    ".hidden", "CON",   std::string(300, 'x') + "y",
                                         "..",    "..",  "a_b",     "\x01",  std::string(300, 'X')};
    ex::file_names files, again;
    std::set<std::string> seen;
    testing::folder const folder;
    for (std::string const& name : names) {
        std::string const file = files.next(name);
        CAPTURE(file);
        CHECK(file == again.next(name));
        CHECK(file.size() <= ex::longest_file_name);
        CHECK(seen.insert(ex::detail::lower_case(file)).second);
        ex::output_file out{folder.path(file + ".svg")};
        out.commit();
    }
    std::size_t written = 0;
    for (auto const& entry : std::filesystem::directory_iterator{folder.path("")})
        written += entry.is_regular_file();
    CHECK(written == names.size());
    ex::file_names one;
    CHECK(one.next("a/b") == "a_b");
    CHECK(one.next("A_B") == "A_B_2");
    CHECK(one.next("a_b_2") == "a_b_2_2");
}

TEST_CASE("a name is one field of a table")
{
    CHECK(ex::table_field("zinc\tfinger") == "zinc finger");
    CHECK(ex::table_field("a\r\nb\x01\x7f") == "a  b  ");
    CHECK(ex::table_field("NF-\xCE\xBA"
                          "B (var.2)") == "NF-\xCE\xBA"
                                          "B (var.2)");
    CHECK(ex::table_field("").empty());
}
