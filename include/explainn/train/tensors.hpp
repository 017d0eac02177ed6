// Arrays of xtensor as a data set, and the rows of a data set as arrays.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/genomics/letters.hpp>
#include <explainn/model/tensors.hpp>
#include <explainn/train/agreement.hpp>

namespace explainn::EXPLAINN_ABI {

/// Letters (N, L) and labels (N, O) as a data set for trainer::fit, measure, look_into and explain. It holds
/// copies of both. NaN is a missing label.
///
///     tensor_dataset const given{letters, xt::zeros<float>({letters.shape(0), std::size_t{1}})};
///     auto const halves = split_at_random(given.size(), {80, 10, 10}, seed{1});
///     use(part{given, halves.train});
class tensor_dataset {
public:
    /// Letters are whole numbers, labels any numbers; both may be expressions. Throws shape_error where ranks
    /// or numbers of rows do not fit and where there are no letters, and error for a code that is not a
    /// letter and for a label that is infinite (as a float).
    template <class Letters, class Labels>
    tensor_dataset(xt::xexpression<Letters> const& letters, xt::xexpression<Labels> const& labels)
        : tensor_dataset{letters}
    {
        auto const& given = labels.derived_cast();
        detail::require_rank<2>(given, "labels", "(N, O)");
        outputs_ = static_cast<std::size_t>(given.shape()[1]);
        if (static_cast<std::size_t>(given.shape()[0]) != size() || outputs_ == 0)
            throw shape_error{"expected labels of " + std::to_string(size()) +
                              " sequences and at least one task, found labels of shape " +
                              detail::extents_text(given.shape())};
        labels_.resize(size() * outputs_);
        auto from = given.template begin<xt::layout_type::row_major>();
        for (std::size_t i = 0; i < labels_.size(); ++i, ++from) {
            labels_[i] = static_cast<float>(*from);
            if (std::isinf(labels_[i]))
                throw error{"expected labels that are numbers of a float, or nan where one is missing; found "
                            "another for task " +
                            std::to_string(i % outputs_ + 1) + " of sequence " +
                            std::to_string(i / outputs_ + 1)};
        }
    }
    /// A data set without labels, for functions that read none; throws as the other constructor does.
    template <class Letters>
    explicit tensor_dataset(xt::xexpression<Letters> const& letters) : letters_{detail::letters_in(letters)}
    {
        if (letters_.size() == 0)
            throw shape_error{"expected letters of at least one sequence, found letters of shape " +
                              detail::extents_text(letters_.shape())};
        (void)detail::view_of(letters_);
        require_letters({letters_.data(), letters_.size()}, length());
    }

    std::size_t size() const { return letters_.shape()[0]; }
    std::size_t length() const { return letters_.shape()[1]; }
    std::size_t outputs() const { return outputs_; }
    void letters_of(std::size_t row, std::span<letter> out) const
    {
        std::copy_n(letters_.data() + row * length(), length(), out.begin());
    }
    void labels_of(std::size_t row, std::span<float> out) const
    {
        std::copy_n(labels_.data() + row * outputs_, outputs_, out.begin());
    }
    bool has_n(std::size_t row) const { return look_at({letters_.data() + row * length(), length()}).n; }
    /// All row numbers, from 0, from which a part with all rows is made.
    std::vector<std::uint32_t> rows() const
    {
        std::vector<std::uint32_t> all(size());
        std::iota(all.begin(), all.end(), 0u);
        return all;
    }

private:
    tensor_array<letter, 2> letters_;
    std::vector<float> labels_;
    std::size_t outputs_{};
};
static_assert(labelled_sequences<tensor_dataset>);

/// Letters (rows, L) of some rows of a data set, in their order. Throws error for a row that the data do not
/// have.
///
///     auto const batch = letters_tensor(part{data, split.test});
template <labelled_sequences Data>
tensor_array<letter, 2> letters_tensor(part<Data> const& p)
{
    detail::require_rows(p.rows, p.data.size());
    std::size_t const length = p.data.length();
    auto letters = tensor_array<letter, 2>::from_shape({p.rows.size(), length});
    for (std::size_t i = 0; i < p.rows.size(); ++i)
        p.data.letters_of(p.rows[i], {letters.data() + i * length, length});
    return letters;
}

/// Labels (rows, O) of some rows of a data set, in their order, NaN where one is missing. Throws error for a
/// row that the data do not have.
///
///     auto const truth = labels_tensor(part{data, split.test});
template <labelled_sequences Data>
tensor_array<float, 2> labels_tensor(part<Data> const& p)
{
    detail::require_rows(p.rows, p.data.size());
    std::size_t const outputs = p.data.outputs();
    auto labels = tensor_array<float, 2>::from_shape({p.rows.size(), outputs});
    for (std::size_t i = 0; i < p.rows.size(); ++i)
        p.data.labels_of(p.rows[i], {labels.data() + i * outputs, outputs});
    return labels;
}

} // namespace explainn::EXPLAINN_ABI
