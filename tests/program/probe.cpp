// A program that throws, is interrupted or fails, as its arguments ask.
#include <csignal>

#include "common/program.hpp"
#include <explainn/core/error.hpp>
#include <explainn/io/output_file.hpp>

int main(int argc, char** argv)
{
    std::string way = "well", out;
    int units = 100;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.require_subcommand(1);
        auto* const go = app.add_subcommand("go", "goes");
        go->add_option("--way", way, "how it ends");
        go->add_option("--units", units, "units");
        go->add_option("--out", out, "a large file");
        go->callback([&] {
            if (way == "refused") throw explainn::input_error{"labels.tsv", 3, "12 columns", "11"};
            if (way == "lines") throw explainn::error{"two\nlines\n"};
            if (way == "memory") throw std::bad_alloc{};
            if (way == "interrupted") std::raise(SIGINT);
            if (way == "stopped") throw interruption{"interrupted; --resume goes on"};
            if (way == "write") {
                explainn::output_file file{out};
                for (int i = 0; i < 100000; ++i) file << "much more than the limit allows\n";
                file.commit();
            }
        });
    });
}
