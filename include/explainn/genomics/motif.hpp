// Motifs as types that cannot be confused: counts (PFM), probabilities (PPM), log-odds (PWM).
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <explainn/core/cpp20.hpp>
#include <explainn/core/floating_point.hpp>

namespace explainn::EXPLAINN_ABI {

/// The four numbers of one position, in the order A, C, G, T.
using column = std::array<double, 4>;

/// How often each base is expected: A, C, G, T, adding up to 1.
struct background {
    column frequencies{0.25, 0.25, 0.25, 0.25};
    friend bool operator==(background const&, background const&) = default;
};

namespace detail {
template <class Kind>
struct motif_matrix {
    std::vector<column> columns;
    std::size_t width() const { return columns.size(); }
    friend bool operator==(motif_matrix const&, motif_matrix const&) = default;
};
} // namespace detail

/// Counts of aligned sites, base by position.
using pfm = detail::motif_matrix<struct pfm_kind>;
/// Probabilities of the bases by position; every column adds up to 1.
using ppm = detail::motif_matrix<struct ppm_kind>;
/// Log-odds of the bases against a background, by position, in bits.
using pwm = detail::motif_matrix<struct pwm_kind>;

/// A remark that one file format can hold and the others cannot: {"HOMER threshold", "7.5"}, {"TRANSFAC BF",
/// ...}.
struct motif_note {
    std::string key;
    std::string value;
    friend bool operator==(motif_note const&, motif_note const&) = default;
};

/// A named motif as files hold it. `name` identifies it (MA0139.1), `alternative_name` is what people read
/// (CTCF). Where the file held counts, `counts` keeps them and `probabilities` are their shares.
struct motif {
    std::string name;
    std::string alternative_name;
    ppm probabilities;
    double sites = 0; ///< number of sequences it was built from; 0 = the file does not say
    double e_value = 0;
    std::string url{};
    std::optional<pfm> counts{};
    std::vector<motif_note> notes{};
    std::size_t width() const { return probabilities.width(); }
    friend bool operator==(motif const&, motif const&) = default;
};

} // namespace explainn::EXPLAINN_ABI
