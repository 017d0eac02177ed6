// Several listeners of different types as one.
#pragma once
#include <cstddef>
#include <utility>

#include <boost/hana/for_each.hpp>
#include <boost/hana/tuple.hpp>

#include <explainn/train/events.hpp>

namespace explainn::EXPLAINN_ABI {

/// Several listeners as one: each receives the events that it can be called with; the run goes on while all
/// agree.
///
///     t.fit(train, valid, listeners{progress{}, [](epoch_done const& e) { plot(e); }});
template <class... Listeners>
class listeners {
    static_assert((listener<Listeners> && ...),
                  "a listener is called with batch_done or epoch_done, and one here takes neither");

public:
    /// The smallest number of batches that one of them asks for.
    static constexpr std::size_t loss_every = [] {
        std::size_t least = 0;
        for (std::size_t const each : {detail::loss_every<Listeners>...})
            if (each != 0 && (least == 0 || each < least)) least = each;
        return least;
    }();
    explicit listeners(Listeners... all) : all_{std::move(all)...} {}
    template <class Event>
    go_on operator()(Event const& e)
    {
        go_on result = go_on::yes;
        boost::hana::for_each(all_, [&](auto& l) {
            if (detail::tell(l, e) == go_on::no) result = go_on::no;
        });
        return result;
    }

private:
    boost::hana::tuple<Listeners...> all_;
};

} // namespace explainn::EXPLAINN_ABI
