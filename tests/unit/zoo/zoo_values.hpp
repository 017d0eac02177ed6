// The parameters and sequences that tests/data/zoo/make_zoo.py makes up, made up again.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <explainn/genomics/alphabet.hpp>
#include <explainn/io/safetensors.hpp>
#include <explainn/train/trainer.hpp>
#include <explainn/zoo/state_dict.hpp>

namespace zoo_values {

namespace ex = explainn;
using ex::extent;

inline constexpr extent rows = 6, outputs = 2;

/// Element i of tensor k.
inline double draw(std::int64_t i, std::int64_t k)
{
    auto x = static_cast<std::uint32_t>(i) * 2654435761u + static_cast<std::uint32_t>(k) * 40503u + 12345u;
    for (std::uint32_t const factor : {2246822519u, 3266489917u}) x = (x ^ (x >> 15)) * factor;
    x ^= x >> 16;
    return x / 4294967296.0 - 0.5;
}
inline extent length_of(std::string_view name)
{
    if (name == "deepcnn") return 93;
    if (name == "danq" || name == "danq2") return 55;
    if (name == "deepstarr") return 40;
    return name == "legnet" ? 34 : 60;
}
inline std::vector<ex::letter> letters(extent length)
{
    std::vector<ex::letter> all;
    for (extent i = 0; i < rows * length; ++i)
        all.push_back(static_cast<ex::letter>(std::floor(4 * (draw(i, 1000) + 0.5))));
    return all;
}
inline std::vector<float> labels() { return {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1}; }

/// The rows of a model for these sequences, without dropout.
inline ex::network_rows rows_of(ex::zoo_card const& card)
{
    auto all = card.rows(length_of(card.name), outputs);
    for (auto& row : all.layers)
        if (row.what == ex::kind::dropout) row.given.percent = 0;
    return all;
}
/// The tensors of PyTorch's class that a model has, by name.
inline std::vector<ex::detail::zoo_tensor> tensors(ex::zoo_card const& card, ex::network_rows const& net)
{
    auto all = ex::detail::zoo_tensors(card, net, ex::parameter_list{net});
    std::erase_if(all, [](auto const& t) { return t.name.empty(); });
    std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.name < b.name; });
    return all;
}
/// The state dict that PyTorch was given.
inline ex::tensor_table state(ex::zoo_card const& card, ex::network_rows const& net)
{
    ex::tensor_table table;
    std::int64_t k = 0;
    for (auto const& t : tensors(card, net)) {
        std::vector<double> v(t.of.count);
        auto const each = static_cast<double>(t.of.count / static_cast<std::size_t>(t.shape[0]));
        bool const norm = t.of.layer >= 0 && net.layer(t.of.layer).what == ex::kind::batch_norm;
        for (std::size_t i = 0; i < v.size(); ++i) {
            double const d = draw(static_cast<std::int64_t>(i), k);
            if (t.name.ends_with("running_var")) v[i] = 1 + d;
            else if (norm && t.name.ends_with(".weight")) v[i] = 1 + d / 5;
            else v[i] = t.shape.size() > 1 ? d * (2 / std::sqrt(each)) : d / 5;
        }
        table.add(ex::tensor_entry::of<double>(t.name, t.shape, v));
        ++k;
    }
    return table;
}

/// What a model computes on backend B, in the order of the golden file.
struct results {
    std::vector<double> eval_logits, train_logits, loss, gradients;
};
template <class B>
results computed(ex::zoo_card const& card, B b = B{})
{
    auto const net = rows_of(card);
    auto m = ex::make_model<B>(net, ex::seed{1}, b);
    ex::load_pytorch_state(card, m, state(card, net), "made up");
    auto bases = letters(net.length);
    results r;
    for (auto const x : m.predict({bases.data(), rows, net.length})) r.eval_logits.push_back(x);
    auto const start = m.snapshot();
    auto const y = m.run().train_forward({{bases.data(), rows, net.length}, true}, m.data(), {});
    for (std::size_t i = 0; i < y.count(); ++i) r.train_logits.push_back(y.data[i]);
    m.restore(start);
    ex::trainer t{m, ex::sgd{.learning_rate = 0}, ex::bce_with_logits{}, ex::training{}};
    ex::host_batch batch;
    batch.count = rows;
    batch.has_n = true;
    batch.letters = bases;
    batch.labels = labels();
    t.train_batch(batch);
    double sum = 0; // of the logits that were compared
    for (std::size_t i = 0; i < r.train_logits.size(); ++i) {
        double const x = r.train_logits[i];
        sum +=
            std::max(x, 0.0) - x * static_cast<double>(batch.labels[i]) + std::log1p(std::exp(-std::abs(x)));
    }
    r.loss = {sum / static_cast<double>(r.train_logits.size())};
    auto const all = t.gradients();
    for (auto const& one : tensors(card, net)) {
        if (!one.of.trained) continue;
        double squares = 0, weighted = 0;
        for (std::size_t i = 0; i < one.of.count; ++i) {
            double const g = all[one.of.offset + i];
            squares += g * g;
            weighted += g * draw(static_cast<std::int64_t>(i), 0);
        }
        r.gradients.push_back(std::sqrt(squares));
        r.gradients.push_back(weighted);
    }
    return r;
}

} // namespace zoo_values
