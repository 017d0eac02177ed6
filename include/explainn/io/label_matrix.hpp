// Labels of many rows and tasks: 2 bits a label where all are 0, 1 or missing, floats otherwise.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI {

/// Labels of rows by tasks; NaN is a missing label. It grows by rows and changes to floats at the first label
/// that is not 0, 1 or missing.
///
///     label_matrix m{2};
///     m.append(std::vector<float>{1, std::nanf("")});
///     m.at(0, 0);                                // 1
class label_matrix {
public:
    /// A matrix without rows and tasks.
    label_matrix() = default;
    /// A matrix of so many tasks, still without rows.
    explicit label_matrix(std::size_t tasks) : tasks_{tasks} {}

    /// How many rows.
    std::size_t rows() const { return rows_; }
    /// How many labels a row has.
    std::size_t tasks() const { return tasks_; }
    /// Whether every label is 0, 1 or missing (and held in 2 bits).
    bool binary() const { return binary_; }

    /// Adds a row of tasks() labels.
    void append(std::span<float const> labels)
    {
        if (labels.size() != tasks_)
            throw shape_error{"expected " + std::to_string(tasks_) + " labels, found " +
                              std::to_string(labels.size())};
        if (binary_ && !append_bits(labels)) to_floats();
        if (!binary_) floats_.insert(floats_.end(), labels.begin(), labels.end());
        ++rows_;
    }
    /// The label of a row and task, NaN where it is missing.
    float at(std::size_t row, std::size_t task) const
    {
        if (!binary_) return floats_[row * tasks_ + task];
        return label_of(bits_[row * row_bytes() + task / 4] >> 2 * (task % 4));
    }
    /// Writes the tasks() labels of a row.
    void labels_of(std::size_t row, std::span<float> out) const
    {
        for (std::size_t task = 0; task < tasks_; ++task) out[task] = at(row, task);
    }
    /// How many labels of a row are not missing.
    std::size_t resolved(std::size_t row) const
    {
        std::size_t count = 0;
        for (std::size_t task = 0; task < tasks_; ++task) count += std::isnan(at(row, task)) ? 0 : 1;
        return count;
    }
    /// How many bytes the labels take.
    std::size_t bytes() const { return bits_.size() + floats_.size() * sizeof(float); }
    /// Gives back memory that was reserved for more rows.
    void shrink_to_fit()
    {
        bits_.shrink_to_fit();
        floats_.shrink_to_fit();
    }

private:
    static constexpr unsigned missing = 2;

    static float label_of(int code)
    {
        static constexpr float labels[4]{0, 1, std::numeric_limits<float>::quiet_NaN(),
                                         std::numeric_limits<float>::quiet_NaN()};
        return labels[code & 3];
    }
    std::size_t row_bytes() const { return (tasks_ + 3) / 4; }
    // returns false, and adds nothing, if some label needs a float
    bool append_bits(std::span<float const> labels)
    {
        std::size_t const begin = bits_.size();
        bits_.resize(begin + row_bytes());
        for (std::size_t task = 0; task < tasks_; ++task) {
            float const x = labels[task];
            unsigned const code = x == 0 ? 0u : x == 1 ? 1u : missing;
            if (code == missing && !std::isnan(x)) {
                bits_.resize(begin);
                return false;
            }
            auto& byte = bits_[begin + task / 4];
            byte = static_cast<std::uint8_t>(byte | code << 2 * (task % 4));
        }
        return true;
    }
    void to_floats()
    {
        std::vector<float> all(rows_ * tasks_);
        for (std::size_t row = 0; row < rows_; ++row)
            labels_of(row, std::span{all}.subspan(row * tasks_, tasks_));
        floats_ = std::move(all);
        bits_ = {};
        binary_ = false;
    }

    std::size_t rows_{}, tasks_{};
    bool binary_ = true;
    std::vector<std::uint8_t> bits_;
    std::vector<float> floats_;
};

} // namespace explainn::EXPLAINN_ABI
