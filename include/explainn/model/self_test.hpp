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

/// What a model said when its file was written.
struct self_test {
    std::vector<std::string> sequences{};      ///< of the model's length, in A, C, G, T, N
    std::vector<std::vector<double>> logits{}; ///< by sequence: of the given strand alone
    double tolerance = 1e-4;                   ///< how exact they are, as a share of the largest
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

// so that no file keeps its reader busy
inline constexpr std::size_t most_test_sequences = 64;

/// Four sequences that depend on the seed alone: two of bases, one in which every eighth is N on average, and
/// one that begins with N in its first third.
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

/// Logits of one sequence as it is given.
template <backend B>
std::vector<double> logits_as_given(basic_model<B>& m, std::string_view sequence)
{
    std::vector<letter> letters;
    for (char const c : sequence) letters.push_back(letter_of(c));
    bool const has_n = std::find(letters.begin(), letters.end(), letter_n) != letters.end();
    auto& b = m.device();
    auto on_device = b.template make<letter>(letters.size());
    b.upload(on_device.data(), letters.data(), letters.size());
    auto const y = m.run().infer({{on_device.data(), 1, m.length()}, has_n}, m.data());
    std::vector<typename B::scalar> host(y.count());
    fetch(b, host.data(), y.data, host.size());
    return {host.begin(), host.end()};
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

/// The self-test of a model whose tensors a file holds; nothing where a logit is no number, so that such a
/// model is not lost for want of a test. Runs the model on one sequence at a time.
template <backend B>
std::optional<self_test> self_test_of(basic_model<B>& m, tensor_table const& tensors, seed from)
{
    self_test test{.sequences = detail::self_test_sequences(m.length(), from),
                   .tolerance = detail::logit_tolerance(m.device()),
                   .checksum = tensor_checksum(tensors)};
    for (auto const& s : test.sequences) {
        test.logits.push_back(detail::logits_as_given(m, s));
        for (double const x : test.logits.back())
            if (!std::isfinite(x)) return std::nullopt;
    }
    return test;
}

/// The self-test as JSON on one line; six digits of a logit are more than the tolerance asks for.
inline std::string to_json(self_test const& test)
{
    std::string out = "{\"crc32\":\"" + detail::eight_digits(test.checksum) +
                      "\",\"tolerance\":" + double_text(test.tolerance) + ",\"sequences\":[";
    for (auto const& s : test.sequences) out += (out.back() == '[' ? "" : ",") + json_string(s);
    out += "],\"logits\":[";
    for (auto const& row : test.logits) {
        out += out.back() == '[' ? "[" : ",[";
        for (double const x : row) out += (out.back() == '[' ? "" : ",") + number_text(x, 6);
        out += "]";
    }
    return out + "]}";
}

/// Reads such JSON. Throws error where it is none.
inline self_test self_test_of(std::string_view json)
{
    json_cursor at{json, "self-test"};
    self_test test;
    detail::object_of(
        at, {"crc32", "tolerance", "sequences", "logits"}, "the self-test", [&](std::string const& key) {
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
                    if (test.sequences.size() == detail::most_test_sequences)
                        throw error{"expected at most 64 sequences, found more"};
                    test.sequences.push_back(at.string());
                });
            } else {
                at.elements([&] {
                    test.logits.emplace_back();
                    at.elements([&] { test.logits.back().push_back(at.number()); });
                });
            }
        });
    at.expect_end();
    if (test.sequences.empty() || test.sequences.size() != test.logits.size())
        throw error{"expected logits for each of its sequences, found " + std::to_string(test.logits.size()) +
                    " for " + std::to_string(test.sequences.size())};
    return test;
}

/// Throws input_error unless the sequences and logits of a test are of the size of this network and in DNA.
inline void require_test_of(network_rows const& rows, self_test const& test,
                            std::filesystem::path const& path)
{
    for (std::size_t i = 0; i < test.sequences.size(); ++i) {
        auto const& s = test.sequences[i];
        std::string const place = " in sequence " + std::to_string(i + 1) + " of the self-test";
        if (s.size() != static_cast<std::size_t>(rows.length))
            throw input_error{path, 0, std::to_string(rows.length) + " bases" + place,
                              std::to_string(s.size())};
        for (char const c : s)
            if (letter_of(c) == no_letter) throw input_error{path, 0, "bases" + place, in_quotes(c)};
        if (test.logits[i].size() != static_cast<std::size_t>(rows.outputs))
            throw input_error{path, 0, std::to_string(rows.outputs) + " logits" + place,
                              std::to_string(test.logits[i].size())};
    }
}

/// Throws input_error where the tensors of a file are others than those its self-test was written with.
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
/// writer or this device multiplies in bfloat16. The strands are not averaged.
template <backend B>
void require_same_logits(basic_model<B>& m, self_test const& test, std::filesystem::path const& path)
{
    double largest = 1;
    for (auto const& row : test.logits)
        for (double const x : row) largest = std::max(largest, std::abs(x));
    double const most = std::max(test.tolerance, detail::logit_tolerance(m.device())) * largest;
    for (std::size_t i = 0; i < test.sequences.size(); ++i) {
        auto const now = detail::logits_as_given(m, test.sequences[i]);
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
