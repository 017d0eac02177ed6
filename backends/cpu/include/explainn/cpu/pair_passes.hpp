// Passes over the hidden values of one unit whose ReLU and dropout end in one number a sequence.
#pragma once
#include <explainn/cpu/column_passes.hpp>
#include <explainn/cpu/product.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

namespace detail {
// All ones where the last bit of x is set.
template <int B>
EXPLAINN_INLINE pack<std::int32_t, B> last_bits(pack<float, B> const& x)
{
    using I = pack<std::int32_t, B>;
    return I{-(bits_as<std::int32_t>(x).v & I::all(1).v)};
}
template <int B>
EXPLAINN_INLINE pack<float, B> only(pack<float, B> const& x, pack<std::int32_t, B> const& mask)
{
    return bits_as<float>(pack<std::int32_t, B>{bits_as<std::int32_t>(x).v & mask.v});
}
} // namespace detail

/// What the passes over a hidden block multiply and add: a = 1 / sqrt(variance + epsilon), b = (bias - mean)
/// a, c = gamma, d = beta, w = last keep_scale. Folded a and b are those of both steps.
struct pair_folding {
    std::size_t count{};
    float const *variance{}, *mean{};
    float const* bias{}; ///< absent: 0
    float const *gamma{}, *beta{}, *last{};
    float epsilon{}, keep_scale{};
    float *a{}, *b{}, *c{}, *d{}, *w{}; ///< c and d absent: folded

    template <int B>
    static EXPLAINN_INLINE void run(pair_folding const& argument)
    {
        using F = pack<float, B>;
        pair_folding const p = argument;
        std::size_t const end = p.count;
        for (std::size_t i = 0; i < end; i += F::size) {
            F const gamma = load_until<B>(p.gamma, i, end), beta = load_until<B>(p.beta, i, end);
            F const minus = load_until<B>(p.mean, i, end);
            F const shift = p.bias ? load_until<B>(p.bias, i, end) - minus : -minus;
            F const a = F::all(1.0f) / square_root(load_until<B>(p.variance, i, end) + F::all(p.epsilon));
            if (p.c) {
                store_until(a, p.a, i, end);
                store_until(shift * a, p.b, i, end);
                store_until(gamma, p.c, i, end);
                store_until(beta, p.d, i, end);
            } else {
                store_until(a * gamma, p.a, i, end);
                store_until(multiply_add(shift * a, gamma, beta), p.b, i, end);
            }
            store_until(load_until<B>(p.last, i, end) * F::all(p.keep_scale), p.w, i, end);
        }
    }
};

/// x = z a + b, in the place of z, its last bit whether y = relu(x c + d) is positive and kept; partial(n) =
/// the lanes whose sum is sum over h of y(n, h) w(h).
struct project_pass {
    float* z{};
    std::size_t row{}, rows{}, columns{}; ///< rows of z and of the parameters are whole vectors
    float const *a{}, *b{}, *c{}, *d{}, *w{};
    std::uint16_t const* bits{}; ///< of element n * columns + h; absent: all kept
    float* partial{};            ///< (rows, one vector)

    template <int B, std::size_t V, bool Drop>
    static EXPLAINN_INLINE void panel(project_pass const& p, std::size_t h, std::bool_constant<Drop>)
    {
        using F = pack<float, B>;
        using I = pack<std::int32_t, B>;
        F a[V], b[V], c[V], d[V], w[V];
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) {
            std::size_t const at = h + j * F::size;
            a[j] = F::load(p.a + at), b[j] = F::load(p.b + at), c[j] = F::load(p.c + at);
            d[j] = F::load(p.d + at), w[j] = F::load(p.w + at);
        }
        bool const first = h == 0;
        float* z = p.z + h;
        float* partial = p.partial;
        std::size_t const row = p.row, columns = p.columns;
        std::size_t bit = h;
        std::uint16_t const* const bits = p.bits;
        EXPLAINN_NO_UNROLL
        for (std::size_t n = p.rows; n != 0; --n, z += row, partial += F::size, bit += columns) {
            F sum = first ? F::zero() : F::load(partial);
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < V; ++j) {
                F const x = multiply_add(F::load(z + j * F::size), a[j], b[j]);
                F y = max(multiply_add(x, c[j], d[j]), F::zero());
                if constexpr (Drop) y = detail::kept(y, bits, bit + j * F::size);
                sum = multiply_add(y, w[j], sum);
                // as numbers, not by a comparison's mask, which gcc 12 takes apart lane by lane
                I const one = I::all(1), alive = min(bits_as<std::int32_t>(y), one);
                bits_as<float>(I{(bits_as<std::int32_t>(x).v & ~one.v) | alive.v}).store(z + j * F::size);
            }
            sum.store(partial);
        }
    }
    template <int B>
    static EXPLAINN_INLINE void run(project_pass const& argument)
    {
        project_pass const p = argument;
        if (p.bits) detail::each_panel<B>(p, std::true_type{});
        else detail::each_panel<B>(p, std::false_type{});
    }
};

/// partial(n) as project_pass makes it, y = relu(z a + b) of a product z that is never stored.
template <bool Pairs>
struct projected_product {
    product<float> of;
    float const *a{}, *b{}, *w{};
    float* partial{};

    template <int B, int Last, std::size_t R, std::size_t V>
    static EXPLAINN_INLINE void tile(projected_product const& p, std::size_t n, std::size_t h)
    {
        using F = pack<float, B>;
        using L = pack<float, Last>;
        detail::tile<float, B, Last, R, V, Pairs> of;
        of.multiply(p.of, n, h);
        float* const partial = p.partial + n * F::size;
        bool const first = h + V * F::size >= p.of.columns; // the last columns come first
        F total[R];
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < R; ++i) total[i] = first ? F::zero() : F::load(partial + i * F::size);
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j + 1 < V; ++j) {
            std::size_t const at = h + j * F::size;
            F const a = F::load(p.a + at), b = F::load(p.b + at), w = F::load(p.w + at);
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < R; ++i)
                total[i] = multiply_add(max(multiply_add(of.sums[i][j], a, b), F::zero()), w, total[i]);
        }
        std::size_t const at = h + (V - 1) * F::size;
        L const a = L::load(p.a + at), b = L::load(p.b + at), w = L::load(p.w + at);
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < R; ++i) {
            L const y = max(multiply_add(of.last[i], a, b), L::zero());
            add_low(total[i], y * w).store(partial + i * F::size);
        }
    }
    template <int B>
    static EXPLAINN_INLINE void run(projected_product const& argument)
    {
        projected_product const p = argument;
        detail::each_tile<B>(p.of, p);
    }
};

/// sums(h) = sum over n of ds(n) where the last bit of x(n, h) is set; dots(h) the same of ds(n) x(n, h);
/// all(h) = sum over n of x(n, h).
struct alive_sums {
    float const* x{};
    std::size_t row{}, rows{}, columns{}; ///< rows of x are whole vectors
    float const* ds{};
    float *sums{}, *dots{}, *all{};

    template <int B, std::size_t V>
    static EXPLAINN_INLINE void panel(alive_sums const& p, std::size_t h)
    {
        using F = pack<float, B>;
        F sums[V], dots[V], all[V];
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) sums[j] = dots[j] = all[j] = F::zero();
        float const* x = p.x + h;
        float const* const ds = p.ds;
        std::size_t const row = p.row, rows = p.rows;
        EXPLAINN_NO_UNROLL
        for (std::size_t n = 0; n < rows; ++n, x += row) {
            F const back = F::each(ds + n);
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < V; ++j) {
                F const here = F::load(x + j * F::size);
                F const g = detail::only(back, detail::last_bits(here));
                sums[j] = sums[j] + g;
                dots[j] = multiply_add(g, here, dots[j]);
                all[j] = all[j] + here;
            }
        }
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) {
            sums[j].store(p.sums + h + j * F::size);
            dots[j].store(p.dots + h + j * F::size);
            all[j].store(p.all + h + j * F::size);
        }
    }
    template <int B>
    static EXPLAINN_INLINE void run(alive_sums const& argument)
    {
        alive_sums const p = argument;
        detail::each_panel<B>(p);
    }
};

/// The gradients that are sums of one unit over N, from those of alive_sums, and what alive_gradient needs.
struct pair_gradient_sums {
    std::size_t count{};
    float const *sums{}, *dots{}, *all{}, *variance{}, *gamma{}, *beta{}, *last{};
    float epsilon{}, keep_scale{};
    float inverse{}; ///< 1 / N with batch statistics, else 0
    float *dlast{}, *dgamma{}, *dbeta{}, *dbias{};
    float *e{}, *p{}, *q{};

    template <int B>
    static EXPLAINN_INLINE void run(pair_gradient_sums const& argument)
    {
        using F = pack<float, B>;
        pair_gradient_sums const s = argument;
        std::size_t const end = s.count;
        F const keep_scale = F::all(s.keep_scale), inverse = F::all(s.inverse), epsilon = F::all(s.epsilon);
        for (std::size_t i = 0; i < end; i += F::size) {
            F const gamma = load_until<B>(s.gamma, i, end), beta = load_until<B>(s.beta, i, end);
            F const w = load_until<B>(s.last, i, end) * keep_scale;
            F const sums = load_until<B>(s.sums, i, end), dots = load_until<B>(s.dots, i, end);
            F const sum = w * sums, dot = w * dots;
            F const scale = gamma / square_root(load_until<B>(s.variance, i, end) + epsilon);
            F const q = -scale * dot * inverse;
            store_until(keep_scale * multiply_add(gamma, dots, beta * sums), s.dlast, i, end);
            store_until(dot, s.dgamma, i, end);
            store_until(sum, s.dbeta, i, end);
            store_until(s.inverse != 0 ? F::zero() : scale * sum, s.dbias, i, end);
            store_until(scale * w, s.e, i, end);
            store_until(q, s.q, i, end);
            // the bit in x moves its mean away from 0, and with it that of dz
            store_until(-(scale * sum + q * load_until<B>(s.all, i, end)) * inverse, s.p, i, end);
        }
    }
};

/// dz(n, h) = x q + p, and ds(n) e(h) more where the last bit of x is set. For each feature k that is
/// `apart`, partial(k, n) = the lanes whose sum is sum over h of dz(n, h) w(k, h), and dw(k, h) = sum over n
/// of dz(n, h) v(k, n).
struct alive_gradient {
    float const* x{};
    std::size_t row{}, rows{}, columns{}; ///< rows of x, dz, w, dw and the parameters are whole vectors
    float const *ds{}, *e{}, *p{}, *q{};
    float* dz{};
    std::size_t apart{};
    float const *w{}, *v{}; ///< w is 0 beyond the columns
    float *partial{}, *dw{};

    template <int B, std::size_t V, std::size_t K>
    static EXPLAINN_INLINE void panel(alive_gradient const& a, std::size_t h,
                                      std::integral_constant<std::size_t, K>)
    {
        using F = pack<float, B>;
        constexpr std::size_t least = K == 0 ? 1 : K;
        std::size_t const row = a.row, rows = a.rows;
        F e[V], p[V], q[V], w[least][V], dw[least][V];
        EXPLAINN_UNROLL
        for (std::size_t j = 0; j < V; ++j) {
            std::size_t const at = h + j * F::size;
            e[j] = F::load(a.e + at), p[j] = F::load(a.p + at), q[j] = F::load(a.q + at);
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < K; ++k) w[k][j] = F::load(a.w + k * row + at), dw[k][j] = F::zero();
        }
        float const *x = a.x + h, *const ds = a.ds, *const v = a.v;
        float *dz = a.dz + h, *const partial = a.partial;
        EXPLAINN_NO_UNROLL
        for (std::size_t n = 0; n < rows; ++n, x += row, dz += row) {
            F const back = F::each(ds + n);
            F sum[least], given[least];
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < K; ++k) {
                given[k] = F::each(v + k * rows + n);
                sum[k] = h == 0 ? F::zero() : F::load(partial + (k * rows + n) * F::size);
            }
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < V; ++j) {
                F const here = F::load(x + j * F::size);
                F const g = detail::only(e[j], detail::last_bits(here));
                F const z = multiply_add(g, back, multiply_add(here, q[j], p[j]));
                z.store(dz + j * F::size);
                EXPLAINN_UNROLL
                for (std::size_t k = 0; k < K; ++k) {
                    sum[k] = multiply_add(z, w[k][j], sum[k]);
                    dw[k][j] = multiply_add(z, given[k], dw[k][j]);
                }
            }
            EXPLAINN_UNROLL
            for (std::size_t k = 0; k < K; ++k) sum[k].store(partial + (k * rows + n) * F::size);
        }
        EXPLAINN_UNROLL
        for (std::size_t k = 0; k < K; ++k) {
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < V; ++j) dw[k][j].store(a.dw + k * row + h + j * F::size);
        }
    }
    template <int B>
    static EXPLAINN_INLINE void run(alive_gradient const& argument)
    {
        alive_gradient const a = argument;
        if (a.apart == 0) detail::each_panel<B>(a, std::integral_constant<std::size_t, 0>{});
        else if (a.apart == 1) detail::each_panel<B>(a, std::integral_constant<std::size_t, 1>{});
        else detail::each_panel<B>(a, std::integral_constant<std::size_t, 2>{});
    }
};

/// to(n) = the sum of the lanes that project_pass and projected_product left at partial(n).
struct partial_sums {
    float const* partial{};
    std::size_t rows{};
    float* to{};

    template <int B>
    static EXPLAINN_INLINE void run(partial_sums const& p)
    {
        using F = pack<float, B>;
        std::size_t n = 0;
        for (; n + F::size <= p.rows; n += F::size) lane_sums<B>(p.partial + n * F::size).store(p.to + n);
        if (n == p.rows) return;
        // the rows that are left, added up in the same order: a row's bits do not depend on how many there
        // are
        alignas(64) float lanes[F::size * F::size]{};
        for (std::size_t i = n; i < p.rows; ++i)
            F::load(p.partial + i * F::size).store(lanes + (i - n) * F::size);
        lane_sums<B>(lanes).store(p.to + n, p.rows - n);
    }
};

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
