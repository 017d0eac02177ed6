// One flat array of all parameters, with one list of names, extents and offsets that the compiler and the
// running program compute by the same function.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/model/walk.hpp>

namespace explainn::EXPLAINN_ABI {

/// One named tensor of a model. `sizes` begins with the units: (U, 1, 4, W). `file_sizes` is the shape that
/// PyTorch gives the same bytes in files: (U, 4, W) for convolutions, (U H, F, 1) for dense layers, (U C) for
/// the others.
struct parameter {
    phrase full_name{};
    std::array<extent, 4> sizes{};
    int rank{};
    std::array<extent, 3> file_sizes{};
    int file_rank{};
    std::size_t offset{}, count{};
    bool trained = true;
    int bank{}, layer{},
        part{}; ///< which weight of which layer (flat index); those of terms, the head's among them, are -1
    extent fan_in{};
    double initial{};
    constexpr std::string_view name() const { return full_name.view(); }
};

/// Every tensor starts at a multiple of 16 elements (64 bytes in float).
inline constexpr std::size_t parameter_alignment = 16;

namespace detail {

/// The names of modules in the reference. Flatten and Unsqueeze count as two before the first dense layer;
/// with three or more dense layers, those between the first and the last are in linears_bg and the last is in
/// last_linear, each with its dropout as module 0.
struct module_names {
    int dense_layers{};
    int dense_seen = 0, module = -1;
    kind before = kind::own;

    constexpr phrase next(kind what)
    {
        bool const deep = dense_layers >= 3;
        bool const starts = deep && dense_seen >= 1 &&
                            (what == kind::dropout || (what == kind::dense && before != kind::dropout));
        ++module;
        if (what == kind::dense && dense_seen == 0) module += 2;
        if (starts) module = what == kind::dense ? 1 : 0;
        if (starts) ++group;
        if (what == kind::dense) ++dense_seen;
        before = what;
        phrase p;
        if (group == 0) p += "linears.";
        else if (group == dense_layers - 1) p += "last_linear.";
        else {
            p += "linears_bg.";
            p += group - 1;
            p += ".";
        }
        p += module;
        return p;
    }
    int group = 0;
};

/// Calls add(parameter) for every tensor in order, with its offset set.
template <class Layout, class Add>
constexpr std::size_t each_parameter(Layout const& l, Add add)
{
    std::size_t total = 0;
    auto place = [&](parameter p) {
        p.count = 1;
        for (int d = 0; d < p.rank; ++d)
            p.count *= static_cast<std::size_t>(p.sizes[static_cast<std::size_t>(d)]);
        p.offset = total;
        total += (p.count + parameter_alignment - 1) / parameter_alignment * parameter_alignment;
        add(p);
    };
    bool const several = l.banks.size() > 1;
    int b = 0;
    for (auto const& bank : l.banks) {
        module_names names{};
        for (int i = bank.first; i < bank.last; ++i)
            names.dense_layers += l.layers[static_cast<std::size_t>(i)].what == kind::dense ? 1 : 0;
        for (int i = bank.first; i < bank.last; ++i) {
            auto const& row = l.layers[static_cast<std::size_t>(i)];
            phrase const module = names.next(row.what);
            for (int k = 0; k < row.weights.size; ++k) {
                auto const& w = row.weights.rows[k];
                parameter p;
                if (several) {
                    p.full_name += "banks.";
                    p.full_name += b;
                    p.full_name += ".";
                }
                p.full_name += module;
                p.full_name += ".";
                p.full_name += w.name;
                p.sizes[0] = bank.units;
                p.rank = w.rank + 1;
                for (int d = 0; d < w.rank; ++d) p.sizes[static_cast<std::size_t>(d + 1)] = w.sizes[d];
                p.file_sizes[0] = bank.units * w.sizes[0];
                p.file_rank = w.rank;
                for (int d = 1; d < w.rank; ++d) p.file_sizes[static_cast<std::size_t>(d)] = w.sizes[d];
                if (row.what == kind::dense && w.rank == 2)
                    p.file_sizes[static_cast<std::size_t>(p.file_rank++)] = 1;
                p.trained = w.trained;
                p.bank = b;
                p.layer = i;
                p.part = k;
                p.fan_in = w.fan_in;
                p.initial = w.initial;
                place(p);
            }
        }
        ++b;
    }
    parameter weight;
    weight.full_name = "final.weight";
    weight.sizes = {l.outputs, l.features, 0, 0};
    weight.rank = 2;
    weight.file_sizes = {l.outputs, l.features, 0};
    weight.file_rank = 2;
    weight.bank = weight.layer = -1;
    weight.fan_in = l.features;
    place(weight);
    if (l.bias == head_bias::learned) {
        parameter bias = weight;
        bias.full_name = "final.bias";
        bias.rank = bias.file_rank = 1;
        bias.part = 1;
        place(bias);
    }
    if (auto const pairs = static_cast<extent>(l.pairs.size()); pairs > 0) {
        parameter products = weight;
        products.full_name = "pairs.weight";
        products.sizes = {l.outputs, pairs, 0, 0};
        products.file_sizes = {l.outputs, pairs, 0};
        products.part = 2;
        products.fan_in = pairs;
        place(products);
    }
    return total;
}

} // namespace detail

/// The number of trained scalars of a network all of whose sizes are known, counted as in the reference.
///
///     using net = paper_network<paper{.length = 200, .units = 100, .outputs = 50}>;
///     static_assert(trained_parameters(net::rows) == 313250);
template <class Layout>
constexpr std::size_t trained_parameters(Layout const& l)
{
    std::size_t n = 0;
    detail::each_parameter(l, [&n](parameter const& p) { n += p.trained ? p.count : 0; });
    return n;
}
/// The number of scalars of the array that holds all tensors, with running statistics and padding for
/// alignment.
template <class Layout>
constexpr std::size_t allocated_scalars(Layout const& l)
{
    return detail::each_parameter(l, [](parameter const&) {});
}

/// Every tensor of a model, in the order of the array.
class parameter_list {
public:
    parameter_list() = default;
    /// Throws error where a layer gives two of its weights the same name.
    template <class Layout>
    explicit parameter_list(Layout const& l)
    {
        total_ = detail::each_parameter(l, [this](parameter const& p) {
            if (find(p.name()) != nullptr)
                throw error{"expected a name of its own for every weight of a layer, found two tensors " +
                            std::string{p.name()}};
            rows_.push_back(p);
        });
    }
    auto begin() const { return rows_.begin(); }
    auto end() const { return rows_.end(); }
    std::size_t size() const { return rows_.size(); }
    /// The number of scalars of the array.
    std::size_t total() const { return total_; }
    parameter const* find(std::string_view name) const
    {
        for (auto const& p : rows_)
            if (p.name() == name) return &p;
        return nullptr;
    }
    /// The tensor of this name; throws error if there is none.
    parameter const& operator[](std::string_view name) const
    {
        if (auto const* p = find(name)) return *p;
        throw error{"no parameter is called " + std::string{name}};
    }
    /// Weight number `index` of a layer, which is given by its flat index; nullptr if the layer has no such
    /// weight.
    parameter const* of(int layer, int index) const
    {
        for (auto const& p : rows_)
            if (p.layer == layer && p.part == index) return &p;
        return nullptr;
    }

private:
    std::vector<parameter> rows_;
    std::size_t total_{};
};

} // namespace explainn::EXPLAINN_ABI
