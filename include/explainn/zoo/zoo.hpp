// The models that papers compare with, by name.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/zoo/aitac.hpp>
#include <explainn/zoo/cnn1.hpp>
#include <explainn/zoo/danq.hpp>
#include <explainn/zoo/deepcnn.hpp>
#include <explainn/zoo/deepstarr.hpp>
#include <explainn/zoo/legnet.hpp>

namespace explainn::EXPLAINN_ABI {

/// The cards of all models of the zoo.
inline constexpr std::array<zoo_card const*, 8> zoo{&cnn1_card,  &cnn1_exp_card, &deepcnn_card,
                                                    &danq_card,  &danq2_card,    &deepstarr_card,
                                                    &aitac_card, &legnet_card};

/// The card of this name. Throws error, with all names, where there is none.
///
///     auto const rows = zoo_card_named("deepcnn").rows(200, 50);
///     auto m = make_model<cpu<float>>(rows, seed{1});
inline zoo_card const& zoo_card_named(std::string_view name)
{
    std::string names;
    for (auto const* card : zoo) {
        if (card->name == name) return *card;
        names += (names.empty() ? "" : ", ") + std::string{card->name};
    }
    throw error{"expected a model of the zoo (" + names + "), found " + in_quotes(name)};
}

} // namespace explainn::EXPLAINN_ABI
