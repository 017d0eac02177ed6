// The self-test of a model file: a few sequences with their logits, and a checksum of the tensors.
#pragma once
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/io/tensor_table.hpp>
#include <explainn/model/network_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// The logits of a model when its file was written, and their inputs.
struct self_test {
    std::vector<std::string> sequences{};      ///< of the model's length, in A, C, G, T, N; none without DNA
    std::vector<std::vector<float>> signals{}; ///< by row, channel by channel; none without signals
    std::vector<std::vector<double>> logits{}; ///< by row: of the strand as given
    double tolerance = 1e-4;                   ///< the allowed error, as a share of the largest logit
    std::uint32_t checksum{};                  ///< tensor_checksum() of the file's tensors
};

/// CRC-32, as zlib and Python's zlib.crc32 compute it, of the bytes of all tensors in the order of their
/// names. A change within 32 bits in a row always changes it, so one changed weight is always seen.
inline std::uint32_t tensor_checksum(tensor_table const& table)
{
    std::vector<tensor_entry const*> order;
    for (auto const& t : table) order.push_back(&t);
    std::sort(order.begin(), order.end(), [](auto const* a, auto const* b) { return a->name < b->name; });
    uLong sum = crc32_z(0, nullptr, 0);
    for (auto const* t : order)
        sum = crc32_z(sum, reinterpret_cast<Bytef const*>(t->bytes.data()), t->bytes.size());
    return static_cast<std::uint32_t>(sum);
}

namespace detail {

// a limit, so that no file can keep its reader busy for long
inline constexpr std::size_t most_test_rows = 64;

/// Four sequences that depend only on the seed: two of bases, one in which one base in eight is N on average,
/// and one that has N in its first third.
inline std::vector<std::string> self_test_sequences(extent length, seed from)
{
    std::vector<std::string> all;
    for (std::uint32_t i = 0; i < 4; ++i) {
        random_numbers draw{from, stream::self_test, i};
        std::string s;
        for (extent at = 0; at < length; ++at) {
            char const base = char_of(static_cast<letter>(draw.below(4)));
            bool const n = i == 2 ? draw.below(8) == 0 : i == 3 && at < length / 3;
            s += n ? 'N' : base;
        }
        all.push_back(std::move(s));
    }
    return all;
}

/// Four rows of signals that depend only on the seed: multiples of 1/64 from -2 to 2, which a file holds
/// exactly.
inline std::vector<std::vector<float>> self_test_signals(shape s, seed from)
{
    std::vector<std::vector<float>> all;
    for (std::uint32_t i = 0; i < 4; ++i) {
        random_numbers draw{from, stream::self_test, 4 + i};
        std::vector<float> row(static_cast<std::size_t>(s.channels) * static_cast<std::size_t>(s.positions));
        for (float& x : row) x = static_cast<float>(static_cast<int>(draw.below(257)) - 128) / 64;
        all.push_back(std::move(row));
    }
    return all;
}

/// The logits of row i of a test, with its sequence as given.
template <backend B>
std::vector<double> logits_as_given(basic_model<B>& m, self_test const& test, std::size_t i)
{
    std::vector<letter> letters;
    input_rows row;
    if (m.rows().reads_dna()) {
        for (char const c : test.sequences[i]) letters.push_back(letter_of(c));
        row.sequences = view<letter, 2>{letters.data(), 1, m.length()};
    }
    if (auto const [channels, positions] = m.rows().signals; m.rows().reads_signals())
        row.signals = {test.signals[i].data(), 1, channels, positions};
    auto const y = m.predict(row, {false});
    return {y.begin(), y.end()};
}

inline std::string eight_digits(std::uint32_t x)
{
    std::string out;
    for (int shift = 28; shift >= 0; shift -= 4) out += "0123456789abcdef"[x >> shift & 15];
    return out;
}

template <class B>
double logit_tolerance(B const& b)
{
    if constexpr (requires { b.logit_tolerance(); }) return b.logit_tolerance();
    else return 1e-4;
}

} // namespace detail

/// The self-test of a model whose tensors a file holds. Returns nothing where a logit is not finite, so that
/// such a model can still be saved without a test. Runs the model on one sequence at a time.
template <backend B>
std::optional<self_test> self_test_of(basic_model<B>& m, tensor_table const& tensors, seed from)
{
    self_test test{.tolerance = detail::logit_tolerance(m.device()), .checksum = tensor_checksum(tensors)};
    if (m.rows().reads_dna()) test.sequences = detail::self_test_sequences(m.length(), from);
    if (m.rows().reads_signals()) test.signals = detail::self_test_signals(m.rows().signals, from);
    for (std::size_t i = 0; i < std::max(test.sequences.size(), test.signals.size()); ++i) {
        test.logits.push_back(detail::logits_as_given(m, test, i));
        for (double const x : test.logits.back())
            if (!std::isfinite(x)) return std::nullopt;
    }
    return test;
}

/// The self-test as JSON on one line; six digits of a logit are more than the tolerance needs.
inline std::string to_json(self_test const& test)
{
    std::string out = "{\"crc32\":\"" + detail::eight_digits(test.checksum) +
                      "\",\"tolerance\":" + double_text(test.tolerance);
    if (!test.sequences.empty()) {
        out += ",\"sequences\":[";
        for (auto const& s : test.sequences) out += (out.back() == '[' ? "" : ",") + json_string(s);
        out += "]";
    }
    if (!test.signals.empty()) {
        out += ",\"signals\":[";
        for (auto const& row : test.signals) {
            out += out.back() == '[' ? "[" : ",[";
            for (float const x : row)
                out += (out.back() == '[' ? "" : ",") + double_text(static_cast<double>(x));
            out += "]";
        }
        out += "]";
    }
    out += ",\"logits\":[";
    for (auto const& row : test.logits) {
        out += out.back() == '[' ? "[" : ",[";
        for (double const x : row) out += (out.back() == '[' ? "" : ",") + number_text(x, 6);
        out += "]";
    }
    return out + "]}";
}

/// Reads such JSON. Throws error where it is not a self-test.
inline self_test self_test_of(std::string_view json)
{
    json_cursor at{json, "self-test"};
    self_test test;
    auto const row_of_numbers = [&at](auto& rows, char const* of) {
        at.elements([&] {
            if (rows.size() == detail::most_test_rows)
                throw error{std::string{"expected at most 64 rows of "} + of + ", found more"};
            rows.emplace_back();
            using number = typename std::decay_t<decltype(rows)>::value_type::value_type;
            at.elements([&] { rows.back().push_back(static_cast<number>(at.number())); });
        });
    };
    detail::object_of(
        at, {"crc32", "tolerance", "logits"}, "the self-test",
        [&](std::string const& key) {
            if (key == "crc32") {
                std::string const text = at.string();
                auto const end = std::from_chars(text.data(), text.data() + text.size(), test.checksum, 16);
                if (text.size() != 8 || end.ptr != text.data() + text.size())
                    throw error{"expected eight hexadecimal digits in crc32, found " + in_quotes(text)};
            } else if (key == "tolerance") {
                test.tolerance = at.number();
                if (!(test.tolerance > 0 && test.tolerance <= 0.5))
                    throw error{"expected a tolerance above 0 and of at most 0.5, found " +
                                double_text(test.tolerance)};
            } else if (key == "sequences") {
                at.elements([&] {
                    if (test.sequences.size() == detail::most_test_rows)
                        throw error{"expected at most 64 sequences, found more"};
                    test.sequences.push_back(at.string());
                });
            } else if (key == "signals") {
                row_of_numbers(test.signals, "signals");
            } else {
                row_of_numbers(test.logits, "logits");
            }
        },
        {"sequences", "signals"});
    at.expect_end();
    std::size_t const rows = std::max(test.sequences.size(), test.signals.size());
    if (rows == 0 || rows != test.logits.size())
        throw error{"expected logits for each of its sequences, found " + std::to_string(test.logits.size()) +
                    " for " + std::to_string(rows)};
    return test;
}

/// Throws input_error unless the sequences, signals and logits of a test fit this network, its sequences are
/// DNA and its signals finite.
inline void require_test_of(network_rows const& rows, self_test const& test,
                            std::filesystem::path const& path)
{
    auto const numbers =
        static_cast<std::size_t>(rows.signals.channels) * static_cast<std::size_t>(rows.signals.positions);
    auto const count = [&](std::size_t found, bool wanted, char const* of) {
        std::size_t const expected = wanted ? test.logits.size() : 0;
        if (found != expected)
            throw input_error{path, 0, std::to_string(expected) + of + " in the self-test",
                              std::to_string(found)};
    };
    count(test.sequences.size(), rows.reads_dna(), " sequences");
    count(test.signals.size(), rows.reads_signals(), " rows of signals");
    for (std::size_t i = 0; i < test.logits.size(); ++i) {
        std::string const row = std::to_string(i + 1) + " of the self-test";
        if (rows.reads_dna()) {
            auto const& s = test.sequences[i];
            if (s.size() != static_cast<std::size_t>(rows.length))
                throw input_error{path, 0, std::to_string(rows.length) + " bases in sequence " + row,
                                  std::to_string(s.size())};
            for (char const c : s)
                if (letter_of(c) == no_letter)
                    throw input_error{path, 0, "bases in sequence " + row, in_quotes(c)};
        }
        if (rows.reads_signals()) {
            if (test.signals[i].size() != numbers)
                throw input_error{path, 0, std::to_string(numbers) + " signals in row " + row,
                                  std::to_string(test.signals[i].size())};
            for (float const x : test.signals[i])
                if (!std::isfinite(x))
                    throw input_error{path, 0, "finite signals in row " + row,
                                      double_text(static_cast<double>(x))};
        }
        if (test.logits[i].size() != static_cast<std::size_t>(rows.outputs))
            throw input_error{path, 0, std::to_string(rows.outputs) + " logits in sequence " + row,
                              std::to_string(test.logits[i].size())};
    }
}

/// Throws input_error where the tensors of a file are not those that its self-test was written with.
inline void require_same_tensors(self_test const& test, tensor_table const& tensors,
                                 std::filesystem::path const& path)
{
    auto const found = tensor_checksum(tensors);
    if (found != test.checksum)
        throw input_error{path, 0,
                          "the tensors that the self-test was written with (CRC-32 " +
                              detail::eight_digits(test.checksum) + ")",
                          "others (" + detail::eight_digits(found) + "): the file was changed or damaged"};
}

/// Runs a model on the sequences of its file's self-test and throws input_error where a logit differs by more
/// than the tolerance: a ten-thousandth of the largest logit, or of 1 where all are smaller; more where the
/// device that wrote the file or this one multiplies in bfloat16. The strands are not averaged.
template <backend B>
void require_same_logits(basic_model<B>& m, self_test const& test, std::filesystem::path const& path)
{
    double largest = 1;
    for (auto const& row : test.logits)
        for (double const x : row) largest = std::max(largest, std::abs(x));
    double const most = std::max(test.tolerance, detail::logit_tolerance(m.device())) * largest;
    for (std::size_t i = 0; i < test.logits.size(); ++i) {
        auto const now = detail::logits_as_given(m, test, i);
        for (std::size_t o = 0; o < now.size(); ++o)
            if (!(std::abs(now[o] - test.logits[i][o]) <= most))
                throw input_error{path, 0,
                                  "logit " + std::to_string(o + 1) + " of sequence " + std::to_string(i + 1) +
                                      " of the self-test to be " + number_text(test.logits[i][o], 6) +
                                      " within " + number_text(most, 2),
                                  number_text(now[o], 6)};
    }
}

} // namespace explainn::EXPLAINN_ABI
