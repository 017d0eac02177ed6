// Training, validation and test data from three files, as one dataset and its split.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/io/dataset.hpp>
#include <explainn/io/name_index.hpp>
#include <explainn/io/split.hpp>

namespace explainn::EXPLAINN_ABI {

/// One dataset, and which of its rows are for training, validation and test.
struct split_dataset {
    dataset data;
    split_rows rows;
};

/// Joins three datasets. Throws error where tasks or lengths differ, or where a name occurs twice, because a
/// sequence must not be both learned and tested.
///
///     auto const [data, rows] = join_datasets(read_table("train.tsv"), read_table("valid.tsv"),
///     read_table("test.tsv"));
inline split_dataset join_datasets(dataset const& train, dataset const& valid, dataset const& test)
{
    packed_sequences sequences;
    label_matrix labels{train.tasks().size()};
    name_index index;
    std::vector<letter> codes(train.length());
    std::vector<float> row(train.tasks().size());
    auto const add = [&](dataset const& part, std::string const& what, std::vector<std::uint32_t>& rows) {
        if (part.tasks() != train.tasks())
            throw error{"expected the tasks of the training data in the " + what + " data too, found others"};
        if (part.length() != train.length())
            throw error{"expected sequences of " + std::to_string(train.length()) +
                        " bases, as for training, in the " + what + " data, found " +
                        std::to_string(part.length())};
        for (std::size_t i = 0; i < part.size(); ++i) {
            std::size_t const at = sequences.size();
            part.sequences().unpack(i, codes);
            sequences.append(part.name(i), codes);
            if (index.add(part.name(i), at, [&](std::size_t k) { return sequences.name(k); }) !=
                name_index::none)
                throw error{"expected every sequence in one of the files, found " + in_quotes(part.name(i)) +
                            " of the " + what + " data in an earlier one"};
            part.labels_of(i, row);
            labels.append(row);
            rows.push_back(static_cast<std::uint32_t>(at));
        }
    };
    split_rows rows;
    add(train, "training", rows.train);
    add(valid, "validation", rows.valid);
    add(test, "test", rows.test);
    sequences.shrink_to_fit();
    labels.shrink_to_fit();
    return {dataset{std::move(sequences), train.tasks(), std::move(labels)}, std::move(rows)};
}

} // namespace explainn::EXPLAINN_ABI
