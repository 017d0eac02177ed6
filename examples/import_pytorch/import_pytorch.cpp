// From a .pth of the reference ExplaiNN, or of a model of the zoo, to a safetensors model that every program
// here reads.
#include <explainn/io/pytorch_file.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/state_dict.hpp>
#include <explainn/reference.hpp>
#include <explainn/zoo/state_dict.hpp>

#include "common/outputs.hpp"
#include "common/program.hpp"

namespace ex = explainn;

namespace {

/// Fills in names of outputs where none are given, and throws error where there are too few or too many.
void name_outputs(std::vector<std::string>& tasks, ex::extent outputs)
{
    if (tasks.empty())
        for (int o = 0; o < outputs; ++o) tasks.push_back("output" + std::to_string(o));
    if (tasks.size() != static_cast<std::size_t>(outputs))
        throw ex::error{"expected " + std::to_string(outputs) + " names in --tasks, found " +
                        std::to_string(tasks.size())};
}

} // namespace

int main(int argc, char** argv)
{
    std::string from, to = "model.safetensors", zoo_name, letters = "ACGT";
    std::vector<std::string> tasks;
    ex::untold_numbers untold;
    int length = 0;
    bool both_strands = false;

    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Reads a PyTorch state dict of an ExplaiNN or of a model of the zoo (.pth, .pt) and writes it as "
            "safetensors. "
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
        app.add_option("--model", zoo_name,
                       "which model of the zoo it is (none: the one that has its tensors, else an ExplaiNN)");
        app.add_option(
            "--letters", letters,
            "The order of the one-hot rows that a model of the zoo was trained with; AI-TAC's authors "
            "have ATGC");
        app.add_flag("--reverse-complement", both_strands,
                     "It was trained on both strands: average over them");
        app.callback([&] {
            shared::require_own_files({{"--out", to}}, {{"the model to import", from}});
            if (length != 0) untold.length = length;
            auto const state = ex::network_state(ex::read_pytorch(from), from);
            ex::zoo_card const* zoo =
                zoo_name.empty() ? ex::zoo_card_of(state) : &ex::zoo_card_named(zoo_name);
            if (zoo) {
                ex::extent const outputs = ex::zoo_outputs_of(*zoo, state, from),
                                 bases = untold.length.value_or(0) > 0 ? *untold.length
                                                                       : ex::zoo_length_of(*zoo, state, from);
                name_outputs(tasks, outputs);
                auto model = ex::make_model<ex::reference<float>>(zoo->rows(bases, outputs), ex::seed{0});
                ex::load_pytorch_state(*zoo, model, state, from, letters);
                ex::write_model(to, model,
                                {.tasks = tasks, .from = ex::seed{0}, .both_strands = both_strands});
                std::cout << from << ": " << state.size() << " tensors of " << zoo->name << "\nlength "
                          << bases << ", outputs " << outputs << "\nwritten to " << to << '\n';
                return;
            }
            auto const card = ex::paper_card_of(state, from, untold);
            name_outputs(tasks, card.outputs);
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
