// Which responses of a filter count as hits: those whose activation exceeds a share of the largest one.
#pragma once
#include <cmath>
#include <limits>

#include <explainn/backend/activation.hpp>

namespace explainn::EXPLAINN_ABI {

/// The response x above which act(x) > share act(largest), for a rising activation; +infinity where no
/// response up to `largest` passes. A response is the argument of the activation, so that nothing overflows:
/// for exp it is largest + ln(share).
///
///     response_cut(activation::exponential, 0.5, 200)    // 199.3: exp(200) itself is no float
inline double response_cut(activation act, double share, double largest)
{
    double const never = std::numeric_limits<double>::infinity();
    if (std::isnan(largest) || largest == -never) return never;
    if (act == activation::exponential) return share < 1 ? largest + std::log(share) : never;
    double const limit = share * activated(act, largest);
    if (!(activated(act, largest) > limit)) return never;
    if (act == activation::identity || act == activation::relu) return limit;
    // bisects between a response that does not pass and the largest, which does; all below 0 may pass (elu)
    double low = std::min(largest, -1.0), high = largest;
    while (activated(act, low) > limit) {
        low *= 2;
        if (low < -1e6) return -never;
    }
    for (int i = 0; i < 200 && std::nextafter(low, high) < high; ++i) {
        double const middle = low + (high - low) / 2;
        (activated(act, middle) > limit ? high : low) = middle;
    }
    return low;
}

} // namespace explainn::EXPLAINN_ABI
