// The term over pairs: a weight for every output and the product of two unit outputs.
#pragma once
#include <vector>

#include <explainn/model/terms/term.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// logits(o) += sum over pairs k of pairs.weight(o, k) x(first of k) x(second of k).
template <backend B>
class pair_products_term {
public:
    using T = typename B::scalar;

    pair_products_term(B& b, network_rows const& rows)
    {
        extent column = 0;
        std::vector<std::vector<extent>> places;
        for (auto const& pair : rows.pairs) {
            auto const first = place_of(rows, pair.first), second = place_of(rows, pair.second);
            auto at = std::size_t{0};
            while (at < groups_.size() &&
                   (groups_[at].first != first.bank || groups_[at].second != second.bank))
                ++at;
            if (at == groups_.size()) {
                groups_.push_back({first.bank, second.bank, 0, {}});
                places.emplace_back();
            }
            ++groups_[at].count;
            places[at].insert(places[at].end(), {first.feature, second.feature, column++});
        }
        for (std::size_t i = 0; i < groups_.size(); ++i) {
            groups_[i].places = b.template make<extent>(places[i].size());
            b.upload(groups_[i].places.data(), places[i].data(), places[i].size());
        }
    }

    void forward(term_pass<B> const& p)
    {
        for (auto const& g : groups_)
            run(p.b, op::pair_products<T>{.x = p.banks[g.first].x,
                                          .z = p.banks[g.second].x,
                                          .pairs = {g.places.data(), g.count, 3},
                                          .weight = weight(p, p.values),
                                          .y = p.logits});
    }
    void backward(term_pass<B> const& p)
    {
        for (auto const& g : groups_)
            run(p.b, op::pair_products_gradient<T>{.x = p.banks[g.first].x,
                                                   .z = p.banks[g.second].x,
                                                   .pairs = {g.places.data(), g.count, 3},
                                                   .weight = weight(p, p.values),
                                                   .dy = p.dlogits,
                                                   .dx = p.banks[g.first].dx,
                                                   .dz = p.banks[g.second].dx,
                                                   .dweight = weight(p, p.gradients)});
    }

private:
    // pairs whose first feature is of one bank and whose second is of another bank, or of the same
    struct group {
        std::size_t first{}, second{};
        extent count{};
        array_on<B, extent> places{}; // (count, 3), as op::pair_products reads them
    };
    struct place {
        std::size_t bank;
        extent feature; // within the bank
    };
    static place place_of(network_rows const& rows, extent feature)
    {
        std::size_t bank = 0;
        for (;; ++bank) {
            auto const& row = rows.banks[bank];
            extent const of_bank = row.units * row.out.channels * row.out.positions;
            if (feature < of_bank) return {bank, feature};
            feature -= of_bank;
        }
    }
    static view<T, 2> weight(term_pass<B> const& p, T* flat)
    {
        return p.tensor(flat, "pairs.weight", p.rows.outputs, static_cast<extent>(p.rows.pairs.size()));
    }

    std::vector<group> groups_;
};

} // namespace explainn::EXPLAINN_ABI::detail
