// dense_block and its gradient: for each unit one product, and expressions over the rows of its result.
#pragma once
#include <explainn/blas/pointwise.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {

/// The outputs (N, H) of one unit as rows whose columns have parameters of their own. One output makes one
/// row of N numbers with the same parameter, which is quicker than N rows of one number.
template <class T>
struct output_rows {
    std::size_t n, hidden;

    std::size_t count() const { return n * hidden; }
    template <class X>
    matrix<X> of(X* data) const
    {
        return hidden == 1 ? matrix<X>{data, 1, n} : matrix<X>{data, n, hidden};
    }
    /// A parameter of each column, from one for each output.
    template <class Expression>
    vector<T> parameter(Expression const& of_outputs) const
    {
        vector<T> const p = of_outputs;
        if (hidden != 1) return p;
        return xt::ones<T>({n}) * p(0);
    }
    /// Sums over the sequences: one for each output.
    vector<T> sums(T const* data) const
    {
        auto to = make_vector<T>(hidden);
        sum_columns(matrix<T const>{data, n, hidden}, to.data());
        return to;
    }
};

/// Where the arrays of one unit lie.
template <class T>
struct block_arrays {
    T const* x{};    ///< (N, F)
    T* normalized{}; ///< (N, H): kept, or memory to work in
    T* y{};          ///< (N, H)
};

/// op::dense_block of unit u.
template <class T>
void block_forward(op::dense_block<T> const& a, std::size_t u, std::size_t n, block_arrays<T> const& at)
{
    auto const w = unit_of(a.weight, u);
    output_rows<T> const form{n, w.rows};
    multiply(matrix<T const>{at.x, n, w.columns}, turned(w), matrix<T>{at.normalized, n, w.rows});
    auto const z = form.of(at.normalized), y = form.of(at.y);
    if (!a.gamma) {
        auto const bias = form.parameter(row_of(a.bias, u));
        for (std::size_t i = 0; i < z.rows; ++i) assign(z[i], z[i] + bias);
        activate(a.act, at.normalized, at.y, form.count());
    } else {
        vector<T> mean = row_of(a.mean, u) - row_of(a.bias, u); // of the product without its bias
        if (a.batch_statistics) {
            mean = form.sums(at.normalized) / static_cast<T>(n);
            assign(row_of(a.mean, u), mean + row_of(a.bias, u));
        }
        auto const shift = form.parameter(mean);
        for (std::size_t i = 0; i < z.rows; ++i) assign(z[i], z[i] - shift);
        if (a.batch_statistics) {
            assign(row(at.y, form.count()), xt::square(row(at.normalized, form.count())));
            assign(row_of(a.variance, u), form.sums(at.y) / static_cast<T>(n));
        }
        auto const inv_sd = form.parameter(1 / xt::sqrt(row_of(a.variance, u) + static_cast<T>(a.epsilon)));
        auto const gamma = form.parameter(row_of(a.gamma, u)), beta = form.parameter(row_of(a.beta, u));
        for (std::size_t i = 0; i < z.rows; ++i) {
            assign(z[i], z[i] * inv_sd);
            assign(y[i], gamma * z[i] + beta);
        }
        activate(a.act, at.y, at.y, form.count());
    }
    if (a.dropout.threshold() == 0) return;
    auto factors = make_vector<T>(form.count());
    dropout_factors(a.dropout, u, form.count(), factors.data());
    assign(row(at.y, form.count()), row(at.y, form.count()) * factors);
}

/// dy of unit u becomes the gradient of the values before the activation: times dropout's factors and the
/// activation's slope. A ReLU's output tells both by its sign.
template <class T>
void through_activation(op::dense_block_gradient<T> const& a, std::size_t u, output_rows<T> const& form,
                        block_arrays<T> const& at, T* dy)
{
    std::size_t const count = form.count();
    auto const d = row(dy, count);
    if (a.act == activation::relu) {
        auto const slope = [scale = static_cast<T>(a.dropout.scale())](T y) { return y > 0 ? scale : T(0); };
        assign(d, d * xt::make_lambda_xfunction(slope, row(at.y, count)));
        return;
    }
    auto work = make_vector<T>(2 * count);
    T *const z = work.data(), *const y = z + count;
    if (a.dropout.threshold() != 0) {
        dropout_factors(a.dropout, u, count, z);
        assign(d, d * row(z, count));
    }
    auto const normalized = form.of(at.normalized), before = form.of(z);
    if (a.gamma) {
        auto const gamma = form.parameter(row_of(a.gamma, u)), beta = form.parameter(row_of(a.beta, u));
        for (std::size_t i = 0; i < before.rows; ++i) assign(before[i], gamma * normalized[i] + beta);
    } else assign(row(z, count), row(at.normalized, count));
    activate(a.act, z, y, count);
    times_slope(a.act, z, y, dy, dy, count);
}

/// op::dense_block_gradient of unit u; dy is overwritten, dx may be null.
template <class T>
void block_backward(op::dense_block_gradient<T> const& a, std::size_t u, std::size_t n,
                    block_arrays<T> const& at, T* dy, T* dx)
{
    auto const w = unit_of(a.weight, u);
    output_rows<T> const form{n, w.rows};
    through_activation(a, u, form, at, dy);
    auto const d = form.of(dy), normalized = form.of(at.normalized);
    if (a.gamma) {
        vector<T> const sums = form.sums(dy);
        auto products = make_vector<T>(form.count());
        assign(row(products.data(), form.count()), row(dy, form.count()) * row(at.normalized, form.count()));
        vector<T> const sums_normalized = form.sums(products.data());
        if (a.dbeta) assign(row_of(a.dbeta, u), sums);
        if (a.dgamma) assign(row_of(a.dgamma, u), sums_normalized);
        auto const scale =
            form.parameter(row_of(a.gamma, u) / xt::sqrt(row_of(a.variance, u) + static_cast<T>(a.epsilon)));
        T const part = a.batch_statistics ? 1 / static_cast<T>(n) : T(0); // a constant has no gradient
        auto const mean = form.parameter(part * sums), slope = form.parameter(part * sums_normalized);
        for (std::size_t i = 0; i < d.rows; ++i) assign(d[i], scale * (d[i] - mean - normalized[i] * slope));
    }
    matrix<T const> const out{dy, n, w.rows};
    multiply(turned(out), matrix<T const>{at.x, n, w.columns}, unit_of(a.dweight, u));
    if (a.batch_statistics) assign(row_of(a.dbias, u), xt::zeros<T>({w.rows}));
    else sum_columns(out, a.dbias.data + u * w.rows);
    if (dx) multiply(out, w, matrix<T>{dx, n, w.columns});
}

} // namespace blas_detail

/// op::dense_block; it keeps the values before gamma and beta.
template <class T>
void run(blas<T>&, op::dense_block<T> const& a)
{
    using namespace blas_detail;
    std::size_t const n = size_of(a.y.size(1));
    auto work = make_vector<T>(a.kept ? 0 : a.y.stride());
    for (std::size_t u = 0; u < size_of(a.y.size(0)); ++u)
        block_forward(a, u, n,
                      {unit_of(a.x, u).data, a.kept ? a.kept.template of_unit<T>(u) : work.data(),
                       unit_of(a.y, u).data});
}

/// op::dense_block_gradient
template <class T>
void run(blas<T>&, op::dense_block_gradient<T> const& a)
{
    using namespace blas_detail;
    std::size_t const n = size_of(a.y.size(1));
    for (std::size_t u = 0; u < size_of(a.y.size(0)); ++u)
        block_backward<T>(
            a, u, n,
            {unit_of(a.x, u).data, a.kept.template of_unit<T>(u), const_cast<T*>(unit_of(a.y, u).data)},
            unit_of(a.dy, u).data, a.dx ? unit_of(a.dx, u).data : nullptr);
}

} // namespace explainn::EXPLAINN_ABI
