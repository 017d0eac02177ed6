#include <explainn/prepare/prepared_folder.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <explainn/io/npy.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/io/read_table.hpp>

#include "support/folder.hpp"

using namespace explainn;
namespace fs = std::filesystem;

namespace {
float const missing = std::nanf("");

void write(fs::path const& dir, prepared_options o = {})
{
    prepared_folder out{dir, {"A", "B"}, o};
    out.add("chr1:0-4", "ACgt", std::vector<float>{1, missing});
    out.add("chr1:4-8", std::vector<letter>{0, 1, 2, 4}, std::vector<float>{0, 0.25f});
    out.close({.command = "test",
               .seed = 7,
               .options = {{"--length", {"4"}}},
               .inputs = {},
               .counts = {{"regions", {{"read", 2}}}}});
}
std::vector<std::string> names_in(fs::path const& dir)
{
    std::vector<std::string> all;
    for (auto const& each : fs::directory_iterator{dir}) all.push_back(each.path().filename().string());
    std::sort(all.begin(), all.end());
    return all;
}
} // namespace

TEST_CASE("a prepared folder holds what was added, for the readers of the library")
{
    testing::folder here;
    write(here / "out", {.npy = true, .table = true});
    CHECK(names_in(here / "out") == std::vector<std::string>{"labels.npy", "labels.tsv.gz", "prepared.json",
                                                             "sequences.fa.gz", "table.tsv.gz"});
    auto const data = read_dataset(here / "out/sequences.fa.gz", here / "out/labels.tsv.gz", {});
    REQUIRE(data.size() == 2);
    CHECK(data.tasks() == std::vector<std::string>{"A", "B"});
    CHECK(data.label(0, 0) == 1);
    CHECK(std::isnan(data.label(0, 1)));
    CHECK(data.label(1, 1) == 0.25f);
    std::vector<letter> codes(4);
    data.sequences().unpack(1, codes);
    CHECK(codes == std::vector<letter>{0, 1, 2, 4});
    auto const table = read_table(here / "out/table.tsv.gz", {});
    CHECK(table.size() == 2);
    CHECK(table.label(1, 1) == 0.25f);
    auto const array = read_npy(here / "out/labels.npy");
    CHECK(array.shape == std::vector<std::int64_t>{2, 2});
    auto const values = array.values<float>();
    CHECK(values[0] == 1);
    CHECK(std::isnan(values[1]));
    CHECK(values[3] == 0.25f);
    std::string const json = testing::bytes_of(here / "out/prepared.json");
    for (char const* part : {"\"command\": \"test\"", "\"seed\": 7", "\"--length\": \"4\"", "\"read\": 2",
                             "\"sequences\": 2", "\"longest\": 4"})
        CHECK_MESSAGE(json.find(part) != json.npos, part);
}

TEST_CASE("the same data give the same bytes")
{
    testing::folder here;
    write(here / "a", {.npy = true, .table = true});
    write(here / "b", {.npy = true, .table = true});
    for (auto const& name : names_in(here / "a"))
        CHECK(testing::bytes_of(here / "a" / name) == testing::bytes_of(here / "b" / name));
}

TEST_CASE("a folder that is not closed leaves nothing, not even the folders above it")
{
    testing::folder here;
    {
        prepared_folder out{here / "deep/er/out", {"A"}, {.npy = true}};
        out.add("a", "ACGT", std::vector{1.f});
        CHECK(fs::exists(here / "deep/er/out.partial"));
    }
    CHECK(!fs::exists(here / "deep"));
    fs::create_directory(here / "there");
    {
        prepared_folder out{here / "there", {"A"}};
        out.add("a", "ACGT", std::vector{1.f});
    }
    CHECK(names_in(here / "there").empty());
    prepared_folder none{here / "none", {"A"}};
    CHECK(testing::message_of([&] { none.close({}); }).find("expected sequences to write, found none") !=
          std::string::npos);
}

TEST_CASE("results that are there stay, unless they are to be replaced; other files always stay")
{
    testing::folder here;
    fs::create_directory(here / "out");
    std::ofstream{here / "out/notes.txt"} << "mine";
    write(here / "out", {.npy = true});
    CHECK(testing::message_of([&] {
              write(here / "out");
          }).find("expected a folder without results, found labels.npy") == std::string::npos);
    CHECK(testing::message_of([&] {
              write(here / "out");
          }).find("expected a folder without results, found sequences.fa.gz; --overwrite replaces them") !=
          std::string::npos);
    write(here / "out", {.overwrite = true});
    CHECK(names_in(here / "out") ==
          std::vector<std::string>{"labels.tsv.gz", "notes.txt", "prepared.json", "sequences.fa.gz"});
    std::ofstream{here / "file"} << "x";
    CHECK(testing::message_of([&] {
              write(here / "file");
          }).find("expected a folder, found a file of this name") != std::string::npos);
    CHECK(testing::message_of([] { write(""); }).find("an empty name") != std::string::npos);
    CHECK(testing::message_of([] { write("-"); }).find("standard output") != std::string::npos);
}

TEST_CASE("what a killed run left is used again; what others left is not touched; two runs do not meet")
{
    testing::folder here;
    fs::create_directory(here / "out.partial");
    std::ofstream{here / "out.partial/labels.tsv.gz.partial"} << "half";
    write(here / "out");
    CHECK(!fs::exists(here / "out.partial"));
    CHECK(names_in(here / "out").size() == 3);
    fs::create_directory(here / "more.partial");
    std::ofstream{here / "more.partial/thesis.txt"} << "mine";
    CHECK(testing::message_of([&] { write(here / "more"); }).find("found files of others") !=
          std::string::npos);
    CHECK(fs::exists(here / "more.partial/thesis.txt"));
    prepared_folder first{here / "both", {"A"}};
    CHECK(testing::message_of([&] { write(here / "both"); }).find("another run writes into it") !=
          std::string::npos);
}

TEST_CASE("tasks, labels and names that cannot be written are refused")
{
    testing::folder here;
    auto const of_tasks = [&](std::vector<std::string> tasks) {
        return testing::message_of([&] { prepared_folder{here / "out", tasks}; });
    };
    CHECK(of_tasks({"A", "A"}).find("every task once, found 'A' twice") != std::string::npos);
    CHECK(of_tasks({"A", ""}).find("a name for every task") != std::string::npos);
    prepared_folder out{here / "out", {"A"}};
    auto const adding = [&](std::string_view name, std::string_view bases, std::vector<float> labels) {
        return testing::message_of([&] { out.add(name, bases, labels); });
    };
    CHECK(adding("a", "ACGT", {1, 0}).find("expected 1 labels of 'a', found 2") != std::string::npos);
    CHECK(adding("a b", "ACGT", {1}).find("without blanks") != std::string::npos);
    CHECK(adding("", "ACGT", {1}).find("without blanks") != std::string::npos);
    CHECK(adding("a", "", {1}).find("expected bases of 'a'") != std::string::npos);
    CHECK(testing::message_of([&] { out.file("other.txt"); }).find("the name of a file of prepared data") !=
          std::string::npos);
}
