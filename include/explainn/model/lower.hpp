// Lowering: the layers of a bank become a few stages, fused where a fused op gives the same numbers.
#pragma once
#include <vector>

#include <explainn/model/rows.hpp>

namespace explainn {

enum class stage_kind : unsigned char { motif_scan, dense_block, dense_pair, single };
/// Whether lowering may fuse; `off` runs layer by layer, which tests hold the fused stages to.
enum class fusing : bool { off, on };

/// Layers [first, last) run by one op; the indices of those inside, -1 where there is none. Of a dense_pair
/// they are those of the hidden block, and layers [second, last) are the other.
struct stage {
    stage_kind what{stage_kind::single};
    int first{}, last{};
    int norm = -1, act = -1, pool = -1, drop = -1;
    int second = -1;
    friend constexpr bool operator==(stage const&, stage const&) = default;
};

namespace detail {

class stage_reader {
public:
    stage_reader(network_rows const& n, int at, int last) : network_{n}, at_{at}, last_{last} {}
    // the index of the layer if it is of this kind (and passed), else -1
    int take(kind what) { return at_ < last_ && network_.layer(at_).what == what ? at_++ : -1; }
    int at() const { return at_; }

private:
    network_rows const& network_;
    int at_, last_;
};

inline stage scan_at(network_rows const& n, bank_row const& bank)
{
    stage_reader read{n, bank.first, bank.last};
    stage s{stage_kind::motif_scan, bank.first, bank.first};
    int const conv = read.take(kind::conv);
    if (conv < 0 || n.layer(conv).given.b != 1 || n.layer(conv).given.c != 0) return s;
    s.norm = read.take(kind::batch_norm);
    s.act = read.take(kind::activate);
    if (s.act >= 0 && !rises(n.layer(s.act).act)) return s;
    s.pool = read.take(kind::max_pool);
    if (s.pool >= 0 && n.layer(s.pool).given.c == 0) s.last = read.at();
    return s;
}
inline stage dense_at(network_rows const& n, int first, int last)
{
    stage_reader read{n, first, last};
    stage s{stage_kind::dense_block, first, first};
    if (read.take(kind::dense) < 0) return s;
    s.norm = read.take(kind::batch_norm);
    s.act = read.take(kind::activate);
    s.drop = read.take(kind::dropout);
    s.last = read.at();
    return s;
}

inline stage pair_at(network_rows const& n, int first, int last)
{
    stage s = dense_at(n, first, last);
    stage const none{stage_kind::dense_pair, first, first};
    if (s.norm < 0 || s.act < 0 || n.layer(s.act).act != activation::relu) return none;
    stage const other = dense_at(n, s.last, last);
    if (other.last == s.last) return none;
    if (n.layer(first).out.channels == 1 || n.layer(other.first).out.channels != 1) return none;
    s.what = stage_kind::dense_pair;
    s.second = other.first;
    s.last = other.last;
    return s;
}

} // namespace detail

/// The stages of one bank: conv [+ batch norm] [+ rising activation] + max pool on letters is a motif_scan,
/// dense [+ batch norm] [+ activation] [+ dropout] a dense_block, one with batch norm and ReLU and the
/// dense_block of one output behind it a dense_pair, all else a stage of its own.
inline std::vector<stage> lower(network_rows const& n, bank_row const& bank, fusing fuse = fusing::on)
{
    std::vector<stage> stages;
    for (int i = bank.first; i < bank.last; i = stages.back().last) {
        stage s{stage_kind::single, i, i + 1};
        if (fuse == fusing::on) {
            if (i == bank.first)
                if (auto const scan = detail::scan_at(n, bank); scan.last > i) s = scan;
            if (s.what == stage_kind::single)
                if (auto const pair = detail::pair_at(n, i, bank.last); pair.last > i) s = pair;
            if (s.what == stage_kind::single)
                if (auto const block = detail::dense_at(n, i, bank.last); block.last > i) s = block;
        }
        stages.push_back(s);
    }
    return stages;
}

} // namespace explainn
