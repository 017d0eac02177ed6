// A golden case for training: numbers that the reference's own module computed in PyTorch in float64.
#pragma once
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <explainn/io/safetensors.hpp>
#include <explainn/model/parts.hpp>
#include <explainn/train/batches.hpp>

namespace golden {

namespace ex = explainn;

/// One file: its numbers, and its tensors by name.
class golden_case {
public:
    explicit golden_case(std::filesystem::path const& file) : table_{ex::read_safetensors(file)} {}

    int number(std::string const& key) const { return std::stoi(table_.metadata.at(key)); }
    double rate(std::string const& key) const { return std::stod(table_.metadata.at(key)); }
    std::string loss() const { return table_.metadata.at("loss"); }
    ex::sizes given() const
    {
        ex::sizes s;
        s.length = number("length");
        s.units[0] = number("units");
        s.outputs = number("outputs");
        s.width = number("width");
        s.pool = number("pool");
        s.stride = number("stride");
        s.hidden = 100;
        s.dropout = 0;
        return s;
    }
    std::vector<double> values(std::string const& name) const { return table_.values<double>(name); }
    bool contains(std::string const& name) const { return table_.contains(name); }

    /// Letters and labels of step t.
    ex::host_batch batch(int t) const
    {
        ex::host_batch b;
        b.count = number("batch");
        auto const letters = table_.values<std::uint8_t>("letters");
        auto const l = letters.size() / 10, at = static_cast<std::size_t>(t);
        for (std::size_t i = 0; i < l; ++i) {
            b.letters.push_back(static_cast<ex::letter>(letters[at * l + i]));
            b.has_n = b.has_n || letters[at * l + i] == 4;
        }
        for (double const y : labels(t)) b.labels.push_back(static_cast<float>(y));
        return b;
    }
    /// Labels (N, O) of step t; classes as one column each.
    std::vector<double> labels(int t) const
    {
        auto const all = values("labels");
        auto const count = static_cast<std::ptrdiff_t>(all.size() / 10);
        std::vector<double> const own(all.begin() + t * count, all.begin() + (t + 1) * count);
        if (loss() != "CE") return own;
        auto const classes = static_cast<std::size_t>(number("outputs"));
        std::vector<double> one_hot(own.size() * classes);
        for (std::size_t i = 0; i < own.size(); ++i)
            one_hot[i * classes + static_cast<std::size_t>(own[i])] = 1;
        return one_hot;
    }

private:
    ex::tensor_table table_;
};

/// The file of a case: committed with the tests, or among the shared data; nothing if it is in neither place.
inline std::optional<std::filesystem::path> find_case(std::string const& name)
{
    for (std::filesystem::path const folder : {EXPLAINN_TEST_DATA, EXPLAINN_SHARED_DATA}) {
        auto const file = folder / "train_golden" / (name + ".safetensors");
        if (std::filesystem::exists(file)) return file;
    }
    return std::nullopt;
}

/// PyTorch's own float32 errors, by "case/tensor".
inline std::map<std::string, double> float_errors()
{
    std::map<std::string, double> errors;
    std::ifstream in{std::filesystem::path{EXPLAINN_TEST_DATA} / "train_golden" / "float_errors.tsv"};
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        auto const first = line.find('\t'), second = line.find('\t', first + 1);
        errors[line.substr(0, first) + "/" + line.substr(first + 1, second - first - 1)] =
            std::stod(line.substr(second + 1));
    }
    return errors;
}

} // namespace golden
