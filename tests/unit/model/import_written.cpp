// Files that are written here can be opened again, here and in PyTorch.
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <doctest/doctest.h>

#include "imported.hpp"
#include "support/folder.hpp"
#include "support/skip.hpp"

namespace ex = explainn;

TEST_CASE("a model's own tensors are a state dict that tells its shape")
{
    for (int num_fc = 0; num_fc <= 5; ++num_fc)
        for (ex::extent const outputs : {1, 3}) {
            CAPTURE(num_fc);
            ex::paper_card card{.length = 52,
                                .units = 4,
                                .outputs = outputs,
                                .width = 9,
                                .num_fc = num_fc,
                                .pool = 5,
                                .stride = 3};
            if (num_fc >= 2) card.hidden = 6;
            if (num_fc == 0) card.pool = card.stride = 7;
            auto m = ex::make_paper_model<imported::device>(card, ex::seed{2});
            auto const table = ex::tensors_of(m);
            auto const found = ex::paper_card_of(
                table, "", {.pool = card.pool, .stride = card.stride, .dropout = 30, .length = 52});
            CHECK(found == card);
            auto again = ex::make_paper_model<imported::device>(found, ex::seed{9});
            ex::load_tensors(again, table, "");
            CHECK(again.snapshot() == m.snapshot());
        }
}

TEST_CASE("a written model opens in PyTorch by name and says the same")
{
    char const* const told = std::getenv("EXPLAINN_TORCH_PYTHON");
    std::string const python = told ? told : "python3";
    if (std::system((python + " -c 'import numpy, torch' >/dev/null 2>&1").c_str()) != 0)
        return test::skip("no PyTorch for " + python + "; EXPLAINN_TORCH_PYTHON names another python");
    std::string const script = std::string{EXPLAINN_TEST_DATA} + "/../unit/model/load_in_pytorch.py";
    testing::folder const files;
    std::string command = python + " '" + script + "' '" + (imported::folder / "letters.npy").string() +
                          "' units=3 length=40 outputs=2 width=7 pool=4 stride=3 hidden=5";
    for (int num_fc = 0; num_fc <= 5; ++num_fc) {
        std::string const number = std::to_string(num_fc);
        auto m = imported::open(imported::folder / ("fc" + number + ".pth"), imported::small);
        ex::write_model(files.path(number), m, {.tasks = {"a", "b"}});
        command +=
            " '" + files.path(number).string() + "' '" + files.path(number).string() + ".npy' " + number;
    }
    REQUIRE(std::system(command.c_str()) == 0);
    for (int num_fc = 0; num_fc <= 5; ++num_fc) {
        CAPTURE(num_fc);
        std::string const number = std::to_string(num_fc);
        auto m = imported::open(imported::folder / ("fc" + number + ".pth"), imported::small);
        auto const d = imported::between(ex::read_npy(files.path(number + ".npy")).values<float>(),
                                         imported::logits(m, imported::letters()));
        CHECK(d.apart < 1e-5 * d.largest);
    }
}
