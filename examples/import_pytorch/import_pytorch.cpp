// From a .pth of the reference ExplaiNN to a safetensors model that every program here reads.
#include <explainn/io/pytorch_file.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/state_dict.hpp>
#include <explainn/reference.hpp>

#include "common/outputs.hpp"
#include "common/program.hpp"

namespace ex = explainn;

int main(int argc, char** argv)
{
    std::string from, to = "model.safetensors";
    std::vector<std::string> tasks;
    ex::untold_numbers untold;
    int length = 0;
    bool both_strands = false;

    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Reads a PyTorch state dict of an ExplaiNN (.pth, .pt) and writes it as safetensors. "
            "Only tensors are "
            "read, nothing is called; prefixes of wrappers (DataParallel, torch.compile, Lightning) "
            "come off.");
        app.add_option("model", from, "The .pth file")->required();
        app.add_option("--out", to, "The safetensors file to write");
        app.add_option("--tasks", tasks,
                       "Names of the outputs, separated by commas (none: output0, output1, ...)")
            ->delimiter(',');
        app.add_option("--pool", untold.pool, "Pool width it was trained with");
        app.add_option("--stride", untold.stride, "Pool stride it was trained with");
        app.add_option("--dropout", untold.dropout,
                       "Dropout it was trained with, percent (matters only when trained on)");
        app.add_option("--length", length, "Bases of a sequence (0: read from the tensors)");
        app.add_flag("--reverse-complement", both_strands,
                     "It was trained on both strands: average over them");
        app.callback([&] {
            shared::require_own_files({{"--out", to}}, {{"the model to import", from}});
            if (length != 0) untold.length = length;
            auto const state = ex::network_state(ex::read_pytorch(from), from);
            auto const card = ex::paper_card_of(state, from, untold);
            if (tasks.empty())
                for (int o = 0; o < card.outputs; ++o) tasks.push_back("output" + std::to_string(o));
            if (tasks.size() != static_cast<std::size_t>(card.outputs))
                throw ex::error{"expected " + std::to_string(card.outputs) + " names in --tasks, found " +
                                std::to_string(tasks.size())};

            auto model = ex::make_paper_model<ex::reference<float>>(card, ex::seed{0});
            ex::load_tensors(model, state, from);
            ex::write_model(to, model, {.tasks = tasks, .from = ex::seed{0}, .both_strands = both_strands});

            std::cout << from << ": " << state.size() << " tensors\n"
                      << "length " << card.length << ", units " << card.units << ", width " << card.width
                      << ", num-fc " << card.num_fc << ", hidden " << card.hidden << ", pool " << card.pool
                      << ", stride " << card.stride << ", outputs " << card.outputs << "\nwritten to " << to
                      << '\n';
        });
    });
}
