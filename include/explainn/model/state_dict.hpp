// The reference's state dicts: finds out which paper network their tensors belong to.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <explainn/io/tensor_table.hpp>
#include <explainn/model/paper_card.hpp>

namespace explainn::EXPLAINN_ABI {

/// Numbers that a state dict does not hold and the caller must give; the defaults are the reference's.
struct untold_numbers {
    extent pool = 7, stride = 7;
    extent dropout = 30;
    std::optional<extent> length{}; ///< none: the shortest that gives the pooled length (num_fc 0 needs one)
};

/// The tensors of the one ExplaiNN in a state dict, under the reference's names. Where all its names begin
/// with a prefix of wrappers ("module.", "_orig_mod.", "model.", "my_attribute.module."), the prefix is
/// removed, and tensors without it (a weight of the loss, a counter of averages) are left out. Throws
/// input_error where the state dict holds more than one network; one without any is returned unchanged.
///
///     auto const state = network_state(read_pytorch("lightning.ckpt"), "lightning.ckpt");
inline tensor_table network_state(tensor_table const& state, std::filesystem::path const& path)
{
    std::string_view const first = "linears.0.weight";
    std::optional<std::string> prefix;
    for (tensor_entry const& t : state) {
        if (!t.name.ends_with(first)) continue;
        std::string const before = t.name.substr(0, t.name.size() - first.size());
        if (!before.empty() && before.back() != '.') continue;
        if (prefix)
            throw input_error{path, 0, "one network in the state dict",
                              "two, " + in_quotes(*prefix + std::string{first}) + " and " +
                                  in_quotes(t.name)};
        prefix = before;
    }
    if (!prefix || prefix->empty()) return state;
    tensor_table out;
    out.metadata = state.metadata;
    for (tensor_entry t : state) {
        if (!t.name.starts_with(*prefix)) continue;
        t.name.erase(0, prefix->size());
        out.add(std::move(t));
    }
    return out;
}

/// Finds width, units, length, depth, hidden size and outputs from the shapes of the tensors of a reference
/// ExplaiNN. Throws input_error where the tensors do not belong to one.
///
///     auto const state = read_pytorch("model.pth");
///     auto m = make_paper_model<cpu<float>>(paper_card_of(state, "model.pth"), seed{0});
///     load_tensors(m, state, "model.pth");
inline paper_card paper_card_of(tensor_table const& state, std::filesystem::path const& path,
                                untold_numbers const& untold = {})
{
    auto const shape = [&](std::string const& name, std::size_t rank) {
        if (!state.contains(name))
            throw input_error{path, 0, "the state dict of an ExplaiNN with a tensor " + in_quotes(name),
                              "none"};
        auto const& s = state.at(name).shape;
        bool fits = s.size() == rank;
        for (auto const size : s) fits = fits && size > 0 && size < 1'000'000'000;
        if (!fits)
            throw input_error{path, 0,
                              "tensor " + in_quotes(name) + " of rank " + std::to_string(rank) +
                                  " and moderate sizes",
                              "shape " + detail::shape_text(s)};
        return s;
    };
    auto const filters = shape("linears.0.weight", 3);
    auto const head = shape("final.weight", 2);
    paper_card card;
    card.units = static_cast<extent>(filters[0]);
    card.width = static_cast<extent>(filters[2]);
    card.outputs = static_cast<extent>(head[0]);
    card.pool = untold.pool;
    card.stride = untold.stride;
    card.dropout = untold.dropout;
    card.num_fc = 0;
    std::optional<extent> length = untold.length;
    if (state.contains("linears.6.weight")) {
        auto const first = shape("linears.6.weight", 3);
        bool const deeper = state.contains("linears.10.weight") || state.contains("last_linear.1.weight");
        if (deeper) card.hidden = static_cast<extent>(first[0] / filters[0]);
        card.num_fc = deeper ? 2 : 1;
        while (state.contains("linears_bg." + std::to_string(card.num_fc - 2) + ".1.weight")) ++card.num_fc;
        if (!length) length = static_cast<extent>((first[1] - 1) * card.stride + card.pool + card.width - 1);
    }
    if (!length)
        throw input_error{path, 0, "a length to be given (a network without dense layers does not tell it)",
                          "none"};
    card.length = *length;
    return card;
}

} // namespace explainn::EXPLAINN_ABI
