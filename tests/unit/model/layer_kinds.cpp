// The one list of the library's layers: every kind is in it, and all that is known of a kind comes from there.
#include <set>

#include <doctest/doctest.h>

#include <explainn/layers/layers.hpp>
#include <explainn/model/network_file.hpp>
#include <explainn/reference.hpp>

using namespace explainn;

TEST_CASE("every kind but a user's own has one layer in the list, with passes and a name of its own in files")
{
    std::set<std::string> words;
    for (int k = 0; k < static_cast<int>(kind::own); ++k) {
        auto const what = static_cast<kind>(k);
        CAPTURE(k);
        int layers = 0;
        detail::each_library_layer([&](auto l) { layers += l.what == what; });
        CHECK(layers == 1);
        CHECK(detail::on_library_layer(what, [&](auto l) { words.insert(l.word); }));
        auto const passes = library_functions<reference<double>>(what);
        CHECK(bool(passes.forward));
        CHECK(bool(passes.backward));
    }
    CHECK(words.size() == static_cast<std::size_t>(kind::own));
    CHECK_FALSE(words.contains("own"));
    CHECK_FALSE(detail::on_library_layer(kind::own, [](auto) {}));
    CHECK_FALSE(bool(library_functions<reference<double>>(kind::own).forward));
}

TEST_CASE("a layer of every kind is read from a file as it was written, every number of it")
{
    detail::each_library_layer([](auto l) {
        layer_description d{.what = l.what};
        CAPTURE(l.word);
        extent number = 3;
        detail::each_number(d, [&number]<class Number>(char const*, Number& n) {
            if constexpr (std::same_as<Number, double>) n = 1.0 / static_cast<double>(++number);
            else n = ++number;
        });
        if (l.what == kind::activate) d.act = activation::softplus;
        std::string const text = detail::to_json(d);
        json_cursor at{text};
        CHECK(detail::layer_at(at) == d);
    });
}

TEST_CASE("a number that a type leaves open is filled from the size that its layer names")
{
    sizes const given{.length = 60, .units = {2}, .outputs = 1, .width = 5, .pool = 4, .stride = 3, .hidden = 7, .dropout = 20};
    using open = network<dna<dynamic>,
                         bank<dynamic, unit<conv<dynamic>, relu, max_pool<dynamic, dynamic>, dense<dynamic>, dropout<percent{dynamic}>, dense<1>>>,
                         linear_head<dynamic>>;
    auto const rows = network_rows{open::resolve(given)};
    CHECK(rows.layer(0).given.width == 5);
    CHECK(rows.layer(2).given.width == 4);
    CHECK(rows.layer(2).given.stride == 3);
    CHECK(rows.layer(3).given.outputs == 7);
    CHECK(rows.layer(4).given.percent == 20);
    CHECK(rows.layer(5).given.outputs == 1);
}
