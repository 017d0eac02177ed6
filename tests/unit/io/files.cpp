#include <doctest/doctest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>

#include "support/folder.hpp"

#include <explainn/io/binary_file.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/text_file.hpp>

namespace ex = explainn;

static std::string lines_of(std::filesystem::path const& path)
{
    ex::text_file file{path};
    std::string all;
    for (std::string_view line; file.next(line);)
        all += std::to_string(file.line()) + "=" + std::string{line} + "|";
    return all;
}

TEST_CASE("lines are the same with every line end, compression and length")
{
    testing::folder const dir;
    CHECK(lines_of(dir.write("a", "one\n\nthree\n")) == "1=one|2=|3=three|");
    CHECK(lines_of(dir.write("b", "one\r\n\r\nthree")) == "1=one|2=|3=three|");
    CHECK(lines_of(dir.write_gzip("c", "one\n\nthree\n", 0, 4)) == "1=one|2=|3=three|");
    CHECK(lines_of(dir.write("d", "")) == "");
    CHECK(lines_of(dir.write_gzip("e", "")) == "");
    for (std::size_t const n : {65534u, 65535u, 65536u, 65537u, 200000u}) {
        std::string const longest(n, 'x');
        CHECK(lines_of(dir.write("f", longest + "\r\nend\n")) == "1=" + longest + "|2=end|");
        CHECK(lines_of(dir.write("f", "a\n" + longest)) == "1=a|2=" + longest + "|");
    }
    ex::text_file file{dir.path("a")};
    std::string_view line;
    file.next(line);
    file.unread(line);
    CHECK(file.next(line));
    CHECK(line == "one");
    CHECK(file.line() == 1);
}

TEST_CASE("a damaged gzip stream is refused, cut or changed")
{
    testing::folder const dir;
    std::string text;
    for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919 % 10007) + "\n";
    auto const whole = testing::bytes_of(dir.write_gzip("a.gz", text));
    CHECK(testing::said([&] {
              lines_of(dir.write("b", whole.substr(0, whole.size() / 2)));
          }).find("the gzip stream ends early") != std::string::npos);
    for (std::size_t const at : {whole.size() / 3, whole.size() - 6, whole.size() - 2}) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        std::string const words = testing::said([&] { lines_of(dir.write("b", changed)); });
        CHECK(words.find("cannot read on: ") != std::string::npos);
        CHECK(words.find('\n') == std::string::npos);
    }
}

TEST_CASE("an output takes its name at commit and leaves nothing without one")
{
    testing::folder const dir;
    dir.write("a", "earlier");
    {
        ex::output_file out{dir.path("a")};
        out << "new" << '\n';
        CHECK(testing::bytes_of(dir.path("a")) == "earlier");
    }
    CHECK(testing::bytes_of(dir.path("a")) == "earlier");
    CHECK(!std::filesystem::exists(dir.path("a.partial")));
    ex::output_file out{dir.path("a")};
    out << "new" << '\n';
    out.commit();
    CHECK(testing::bytes_of(dir.path("a")) == "new\n");
    CHECK(!std::filesystem::exists(dir.path("a.partial")));
}

TEST_CASE("a symbolic link stays, and the file that it points to is written")
{
    testing::folder const dir;
    std::filesystem::create_directory(dir.path("far"));
    dir.write("far/file", "earlier");
    std::filesystem::create_symlink("far/file", dir.path("link"));
    std::filesystem::create_symlink("link", dir.path("link to link"));
    std::filesystem::create_symlink(dir.path("far/new"), dir.path("to nothing"));
    for (std::string const name : {"link", "link to link", "to nothing"}) {
        CAPTURE(name);
        auto const target = dir.path(name == "to nothing" ? "far/new" : "far/file");
        ex::output_file out{dir.path(name)};
        out << name;
        CHECK(testing::bytes_of(target) != name); // the file does not have its name before commit
        out.commit();
        CHECK(std::filesystem::is_symlink(dir.path(name)));
        CHECK(std::filesystem::is_regular_file(std::filesystem::symlink_status(target)));
        CHECK(testing::bytes_of(target) == name);
    }
    {
        ex::output_file dropped{dir.path("link")};
        dropped << "dropped";
    }
    CHECK(testing::bytes_of(dir.path("far/file")) == "link to link");
    CHECK(!std::filesystem::exists(dir.path("far/file.partial")));

    std::filesystem::create_symlink("round", dir.path("round"));
    CHECK(testing::said([&] { ex::output_file{dir.path("round")}; }) ==
          "round: cannot be written: Too many levels of symbolic links");
    CHECK(std::filesystem::is_symlink(dir.path("round")));
}

TEST_CASE("a pipe stays a pipe and is written straight into")
{
    testing::folder const dir;
    auto const pipe = dir.path("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    std::filesystem::create_symlink("pipe", dir.path("link"));
    int const reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK); // writers can now open the pipe at once
    REQUIRE(reader >= 0);
    for (auto const* name : {"pipe", "link"}) {
        ex::output_file out{dir.path(name)};
        out << name << '\n';
        out.commit();
        char got[16];
        auto const count = ::read(reader, got, sizeof got);
        REQUIRE(count > 0);
        CHECK(std::string(got, static_cast<std::size_t>(count)) == std::string{name} + "\n");
    }
    {
        ex::output_file dropped{pipe};
    }
    ::close(reader);
    CHECK(std::filesystem::is_fifo(std::filesystem::symlink_status(pipe)));
    CHECK(std::filesystem::is_symlink(dir.path("link")));
    CHECK(!std::filesystem::exists(dir.path("pipe.partial")));
}

TEST_CASE("an output that is a folder or a socket, or has no name, is refused before anything is written")
{
    testing::folder const dir;
    std::filesystem::create_directory(dir.path("folder"));
    CHECK(testing::said([&] { ex::output_file{dir.path("folder")}; }) ==
          "folder: cannot be written: expected a file, a pipe or a character device, found a folder");
    CHECK(!std::filesystem::exists(dir.path("folder.partial")));

    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto const name = dir.path("socket").string();
    REQUIRE(name.size() < sizeof address.sun_path);
    name.copy(address.sun_path, name.size());
    int const socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(::bind(socket, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0);
    CHECK(testing::said([&] { ex::output_file{dir.path("socket")}; }) ==
          "socket: cannot be written: expected a file, a pipe or a character device, found a socket");
    ::close(socket);
    CHECK(std::filesystem::is_socket(dir.path("socket")));

    CHECK(testing::said([] { ex::output_file{""}; }) ==
          "expected the name of a file to write, found an empty name");
}

TEST_CASE("a compressed output reads back and has the same bytes each time")
{
    testing::folder const dir;
    std::string text;
    for (int i = 0; i < 200000; ++i) text += std::to_string(i) + "\n"; // more than one flush
    for (auto const* name : {"a.gz", "b.gz"}) {
        ex::output_file out{dir.path(name)};
        for (std::size_t at = 0; at < text.size(); at += 1000) out << std::string_view{text}.substr(at, 1000);
        out.commit();
    }
    CHECK(testing::bytes_of(dir.path("a.gz")) == testing::bytes_of(dir.path("b.gz")));
    CHECK(testing::bytes_of(dir.path("a.gz")).size() < text.size() / 2);
    ex::text_file back{dir.path("a.gz")};
    std::string again;
    for (std::string_view line; back.next(line);) (again += line) += '\n';
    CHECK(again == text);
}

TEST_CASE("a folder that cannot be written and a full disk are refused, and earlier results stay")
{
    testing::folder const dir;
    CHECK(testing::said([&] {
              ex::output_file{dir.path("no/such/folder")};
          }).find("cannot be written: No such file") != std::string::npos);
    CHECK(testing::said([&] { ex::output_file{"/proc/no-such-file"}; }).find("cannot be written: ") !=
          std::string::npos);

    dir.write("a", "earlier");
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit const small{100000, before.rlim_max};
    auto* const handler = ::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    std::string const words = testing::said([&] {
        ex::output_file out{dir.path("a")};
        for (int i = 0; i < 20; ++i) out << std::string(100000, 'x');
        out.commit();
    });
    setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    CHECK(words == "a: cannot be written: File too large");
    CHECK(testing::bytes_of(dir.path("a")) == "earlier");
    CHECK(!std::filesystem::exists(dir.path("a.partial")));
}

TEST_CASE("bytes beyond the end of a file are refused before memory is asked for")
{
    testing::folder const dir;
    ex::binary_file const file{dir.write("a", "0123456789")};
    CHECK(file.read(3, 4).size() == 4);
    CHECK(file.read(10, 0).empty());
    CHECK(testing::said([&] { file.read(4, std::uint64_t{1} << 60); }) ==
          "a: expected 1152921504606846976 bytes at byte 4, found the end of the file at byte 10");
    CHECK(testing::said([&] { file.read(~std::uint64_t{0}, 8); }) != "");
    CHECK(testing::said([&] { ex::binary_file{dir.path("")}; }).find("found a folder") != std::string::npos);
    REQUIRE(::mkfifo(dir.path("pipe").c_str(), 0600) == 0);
    CHECK(testing::said([&] { ex::binary_file{dir.path("pipe")}; }) ==
          "pipe: expected a file, found something else");
}
