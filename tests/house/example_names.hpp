// The names that examples in header comments use without declaring them; house/snippets.sh compiles each
// example with them. Nothing here is defined, because examples are compiled and not run.
#pragma once
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace examples {
using namespace explainn;

/// Stands for what a reader does with the result of an example.
template <class... T>
void use(T&&...);

extern dataset const data;
extern split_rows const split;
extern std::vector<std::uint32_t> const rows;
extern packed_sequences const peaks, sequences;
extern tensor_table const table;
extern std::vector<float> const weights, bias, logits;
#if __has_include(<htslib/faidx.h>)
extern genome& hg38;
extern std::vector<window_class> const classes;
#endif
extern std::vector<peak> const summits;
extern std::vector<stranded_region> const regions;
extern interval_set const blacklist;

/// Names for examples in core/, genomics/, io/ and motif/.
namespace of_data {
extern motif const ctcf, m;
extern std::vector<motif> const jaspar, motifs;
extern std::vector<motif> filters;
extern motif_set const set;
extern pfm const counts;
extern ppm const p;
extern background const bg;
extern similarity_matrix const similarities;
extern cluster_tree const tree;
extern std::span<double const> const scores;
extern std::vector<double> const distances, p_values;
extern std::vector<column> const column_weights;
extern std::vector<float> const contributions;
extern std::vector<std::vector<double>> const labels_by_task;
extern std::vector<std::uint8_t> const labels;
extern std::size_t const n;
extern std::span<letter const> const codes;
extern packed_sequences const batch;
extern scan_options const options;
extern std::vector<match> best;
extern std::string_view const line;
extern text_file& lines;
extern std::vector<std::byte> const bytes;
extern std::string const content;
std::string_view name_of(std::uint32_t number);
struct letters_and_scores {
    std::string text() const;
};
std::optional<letters_and_scores> next_batch();
void score(letters_and_scores&);
extern output_file out;
} // namespace of_data

/// Names for all other examples.
namespace of_models {
using my_unit = unit<conv<19>, batch_norm, exponential, max_pool<7>, dense<1>>;
using net = network<dna<200>, bank<100, my_unit>, linear_head<50>>;
using dynamic_net = network<dna<dynamic>, bank<dynamic, my_unit>, linear_head<dynamic>>;
struct my_layer {
    static constexpr phrase name() { return "my_layer"; }
    static constexpr outcome after(shape in) { return in; }
};
extern basic_model<cpu<float>>& m;
extern trainer<cpu<float>, adam, bce_with_logits> t;
extern part<dataset> const train, valid;
extern run_facts const facts;
extern model_file const file;
extern bank_hits const hits;
extern attributed_sequences const attributed;
extern found_seqlets const seqlets;
extern std::vector<seqlet_values> const stretches;
extern std::vector<seqlet_edge> const edges;
extern std::vector<pattern> const patterns;
extern std::vector<float> const outputs;
extern model_report const r;
extern batch_view const batch;
extern std::vector<std::string> const tasks;
extern model_insight const seen;
extern std::vector<motif> const starts;
extern std::vector<output_group> const groups;
extern std::span<double> const row;
extern xt::xtensor<letter, 2> const letters;
extern float* const pointer;
extern std::byte* const memory;
extern cpu<float>& b;
extern view<double const, 4> const x;
extern view<double, 2> const y;
extern extent const U, N;
extern std::size_t const n, h;
void plot(epoch_done const&);
void fill(std::size_t first, std::size_t last);
using explainn::detail::each;
using simd::piece;
using simd::scratch;
} // namespace of_models

#if __has_include(<openblas_config.h>)
/// Names for examples in backends/blas.
namespace of_blas {
using namespace blas_detail;
using of_models::net;
extern double* const to;
extern double const* const from;
extern std::size_t const n;
extern matrix<double> const x, w, y;
} // namespace of_blas
#endif
} // namespace examples
