// Letters that are gathered on the device are those that the host fills in.
#include <doctest/doctest.h>

#include <explainn/core/rng.hpp>
#include <explainn/train/device_rows.hpp>

#include "backends/under_test.hpp"

namespace ex = explainn;

namespace {

// Random sequences, a third of them with N.
struct random_sequences {
    ex::packed_sequences all;
    std::size_t bases;

    random_sequences(std::size_t n, std::size_t length) : bases{length}
    {
        ex::random_numbers draw{ex::seed{length}, ex::stream::batches, 7};
        std::vector<ex::letter> codes(length);
        for (std::size_t i = 0; i < n; ++i) {
            for (auto& c : codes) c = static_cast<ex::letter>(draw.below(i % 3 == 1 ? 5 : 4));
            all.append("s", std::span<ex::letter const>{codes});
        }
    }
    std::size_t size() const { return all.size(); }
    std::size_t length() const { return bases; }
    std::size_t outputs() const { return 0; }
    ex::packed_sequences const& sequences() const { return all; }
    void letters_of(std::size_t row, std::span<ex::letter> to) const { all.unpack(row, to); }
    void labels_of(std::size_t, std::span<float>) const {}
    bool has_n(std::size_t row) const { return all.has_n(row); }
};

} // namespace

TEST_CASE_TEMPLATE("rows on the device give the letters that the host gives", B, EXPLAINN_TEST_BACKENDS)
{
    if constexpr (ex::runs<B, ex::op::gather_letters>) {
        B device{};
        for (std::size_t const length : {1u, 3u, 4u, 8u, 9u, 40u, 67u})
            for (bool const with_n : {false, true}) {
                CAPTURE(length);
                random_sequences const data{31, length};
                std::vector<std::uint32_t> rows;
                for (std::uint32_t i = 30; i > 2; --i)
                    if (with_n || i % 3 != 1) rows.push_back(i); // not all, and in another order
                ex::device_rows<B> there{device, ex::part{data, rows}};
                for (int const shift : {0, 2, 70}) {
                    auto const samples = ex::epoch_order(rows, true, ex::seed{3}, 1, shift);
                    ex::host_batch host, rest;
                    host.fill(data, samples);
                    rest.fill_all_but_letters(data, samples);
                    CHECK(rest.letters.empty());
                    CHECK(rest.has_n == host.has_n);
                    auto to = device.template make<ex::letter>(host.letters.size());
                    there.gather(device, samples, to.data());
                    std::vector<ex::letter> found(host.letters.size());
                    ex::fetch(device, found.data(), to.data(), found.size());
                    CHECK(found == host.letters);
                }
            }
    }
}
