// The letters of some rows of a data set on the device, from which batches are gathered there.
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <explainn/backend/concept.hpp>
#include <explainn/train/batches.hpp>

namespace explainn::EXPLAINN_ABI {

/// The rows of a part of a data set at two bits a base, and a bit more in rows that hold N. For backends that
/// gather (gathers_letters()): a batch then costs 8 bytes a sequence to send.
///
///     reference<float> b;
///     device_rows<reference<float>> rows{b, train};
///     std::vector<sample> const samples{{0}, {1, true}};
///     std::vector<letter> letters(2 * train.data.length());
///     rows.gather(b, samples, letters.data());
template <backend B>
class device_rows {
    using T = typename B::scalar;

public:
    /// Packs the rows and sends them. Throws error where the device has no room for them.
    template <labelled_sequences Data>
    device_rows(B& b, part<Data> const& p) : length_{p.data.length()}, place_(p.data.size())
    {
        std::size_t const bytes = (length_ + 3) / 4, bits = (length_ + 7) / 8;
        std::vector<std::uint8_t> packed(p.rows.size() * bytes), n;
        std::vector<std::uint32_t> row_of_n(p.rows.size(), no_n);
        std::vector<letter> letters(length_);
        for (std::size_t i = 0; i < p.rows.size(); ++i) {
            place_[p.rows[i]] = static_cast<std::uint32_t>(i);
            p.data.letters_of(p.rows[i], letters);
            if (p.data.has_n(p.rows[i])) {
                row_of_n[i] = static_cast<std::uint32_t>(n.size() / bits);
                n.resize(n.size() + bits);
            }
            for (std::size_t l = 0; l < length_; ++l) {
                auto& to = letters[l] == letter_n ? n[n.size() - bits + l / 8] : packed[i * bytes + l / 4];
                unsigned const set = letters[l] == letter_n ? 1u << l % 8 : unsigned{letters[l]} << l % 4 * 2;
                to = static_cast<std::uint8_t>(to | set);
            }
        }
        send(b, packed_, packed);
        send(b, row_of_n_, row_of_n);
        send(b, n_, n);
    }
    /// Writes the letters of some rows of the part, (N, length of a row), on the device. Does not wait.
    void gather(B& b, std::span<sample const> samples, letter* to)
    {
        samples_.assign(samples.begin(), samples.end());
        for (sample& s : samples_) s.row = place_[s.row];
        if (on_device_.size() < samples_.size()) on_device_ = b.template make<sample>(samples_.size());
        b.upload(on_device_.data(), samples_.data(), samples_.size());
        extent const bytes = whole((length_ + 3) / 4), bits = whole((length_ + 7) / 8),
                     count = whole(samples_.size());
        run(b, op::gather_letters<T>{
                   .packed = view<std::uint8_t, 2>{packed_.data(), whole(row_of_n_.size()), bytes},
                   .row_of_n = view<std::uint32_t, 1>{row_of_n_.data(), whole(row_of_n_.size())},
                   .n = view<std::uint8_t, 2>{n_.data(), whole(n_.size()) / bits, bits},
                   .samples = view<sample, 1>{on_device_.data(), count},
                   .sequences = {to, count, whole(length_)}});
    }

private:
    static constexpr std::uint32_t no_n = std::numeric_limits<std::uint32_t>::max();

    static extent whole(std::size_t n) { return static_cast<extent>(n); }
    template <class X>
    static void send(B& b, array_on<B, X>& to, std::vector<X> const& from)
    {
        to = b.template make<X>(from.size());
        b.upload(to.data(), from.data(), from.size());
    }

    std::size_t length_;
    std::vector<std::uint32_t> place_; // of a row of the data among those here
    array_on<B, std::uint8_t> packed_{}, n_{};
    array_on<B, std::uint32_t> row_of_n_{};
    std::vector<sample> samples_;
    array_on<B, sample> on_device_{};
};

/// The rows from which a batch is gathered on the device; without them its letters come with it.
template <backend B>
struct gathered_from {
    device_rows<B>* rows{};
    std::span<sample const> samples{};
};

} // namespace explainn::EXPLAINN_ABI
