// Draws stacks of letters as an SVG: panels side by side, axes, tooltips, colours for light and dark pages.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/motif/logo_letters.hpp>

namespace explainn::EXPLAINN_ABI {

/// Where a logo is shown. `page` has no background, uses the page's text colour, and takes the colours of the
/// letters from the custom properties --logo-a, --logo-c, --logo-g, --logo-t where the page sets them;
/// `light` and `dark` have a background of their own.
enum class logo_theme { page, light, dark };

/// How a logo looks. Lengths are pixels before scaling; the SVG scales to any size.
struct logo_style {
    logo_theme theme = logo_theme::page;
    double column_width = 20;
    double height = 100;      ///< of the stacks
    std::string title{};      ///< above the logo; empty leaves it out
    std::string ids = "logo"; ///< what the ids of the letters start with
};

namespace detail {

/// The signed heights of the letters by column, and a tooltip for each column.
struct logo_panel {
    std::string label;
    std::vector<column> heights;
    std::vector<std::string> tooltips;
};

/// The range of an axis and its unit.
struct logo_axis {
    double low = 0;
    double high = 2;
    std::string unit = "bits";
};

/// How many bytes the UTF-8 character at the start of `s` has; 0 if it is none.
inline std::size_t utf8_length(std::string_view s)
{
    auto const byte = [&s](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    std::size_t const n = byte(0) < 0x80                       ? 1
                          : byte(0) >= 0xC2 && byte(0) <= 0xDF ? 2
                          : byte(0) >= 0xE0 && byte(0) <= 0xEF ? 3
                          : byte(0) >= 0xF0 && byte(0) <= 0xF4 ? 4
                                                               : 0;
    if (n > s.size()) return 0;
    for (std::size_t i = 1; i < n; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    return n;
}

/// Text as XML: what markup is made of as entities, control characters as spaces, bytes that are no UTF-8 as
/// `?`.
inline std::string xml_text(std::string_view s)
{
    std::string out;
    while (!s.empty()) {
        std::size_t const n = utf8_length(s);
        char const c = s.front();
        if (n == 0) out += '?';
        else if (n > 1) out += s.substr(0, n);
        else if (c == '&') out += "&amp;";
        else if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else if (c == '"') out += "&quot;";
        else out += c < ' ' || c == '\x7f' ? ' ' : c;
        s.remove_prefix(std::max<std::size_t>(n, 1));
    }
    return out;
}

/// A number with at most two decimals, without zeros at the end.
inline std::string pixels(double x)
{
    double const rounded = std::round(x * 100) / 100;
    return number_text(rounded == 0 ? 0 : rounded, 7);
}

/// A step of 1, 2 or 5 times a power of ten, so that the span holds two to five steps.
inline double axis_step(double span)
{
    double const ten = std::pow(10, std::floor(std::log10(span / 2)));
    for (double const k : {5.0, 2.0})
        if (k * ten <= span / 2) return k * ten;
    return ten;
}

class logo_drawing {
public:
    logo_drawing(logo_axis axis, logo_style style) : axis_{std::move(axis)}, style_{std::move(style)}
    {
        auto const sound = [](double x) { return x > 0 && x <= 1e4; };
        if (!sound(style_.column_width) || !sound(style_.height))
            throw error{"expected a logo's column width and height from above 0 to 10000 pixels"};
    }

    std::string draw(std::vector<logo_panel> const& panels)
    {
        double const top = style_.title.empty() ? 6 : 22;
        bool const labelled =
            std::any_of(panels.begin(), panels.end(), [](auto const& p) { return !p.label.empty(); });
        double const height = top + style_.height + (labelled ? 34 : 20);
        double width = 6;
        for (logo_panel const& p : panels)
            width += left + style_.column_width * static_cast<double>(p.heights.size());

        out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + pixels(width) + " " +
               pixels(height) + "\" width=\"" + pixels(width) + "\" height=\"" + pixels(height) +
               "\" role=\"img\">";
        if (!style_.title.empty()) out_ += "<title>" + xml_text(style_.title) + "</title>";
        letters();
        if (style_.theme != logo_theme::page)
            out_ += "<rect width=\"100%\" height=\"100%\" fill=\"" +
                    std::string{style_.theme == logo_theme::light ? "#fff" : "#14161a"} + "\"/>";
        out_ += "<g fill=\"" + ink() + "\" stroke=\"none\" font-family=\"sans-serif\" font-size=\"8\">\n";
        if (!style_.title.empty()) text(6, 14, " font-size=\"10\"", style_.title);
        double x = left;
        for (logo_panel const& p : panels) {
            panel(p, x, top);
            x += left + style_.column_width * static_cast<double>(p.heights.size());
        }
        out_ += "</g></svg>";
        return std::move(out_);
    }

private:
    static constexpr double left = 36;
    static constexpr double smallest = 0.2; // a letter less high cannot be seen

    std::string ink() const
    {
        if (style_.theme == logo_theme::page) return "currentColor";
        return style_.theme == logo_theme::light ? "#222" : "#ddd";
    }
    // each shape is defined once; colours are also attributes, for renderers without custom properties
    void letters()
    {
        static constexpr std::array<std::array<std::string_view, 4>, 3> colours{{
            {"#2a9d5c", "#3d7fd9", "#e59f12", "#dc4a56"},
            {"#14833f", "#2059a8", "#e08e00", "#c8202f"},
            {"#4cc47d", "#70abf2", "#f5b83d", "#f2707a"},
        }};
        out_ += "<defs>";
        for (std::size_t b = 0; b < 4; ++b) {
            std::string const colour{colours[static_cast<std::size_t>(style_.theme)][b]};
            std::string const chosen =
                style_.theme == logo_theme::page
                    ? " style=\"fill:var(--logo-" + std::string{"acgt"[b]} + "," + colour + ")\""
                    : "";
            out_ += "<symbol id=\"" + letter_id(b) +
                    "\" viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\">" + "<path fill=\"" + colour +
                    "\"" + chosen + " fill-rule=\"evenodd\" d=\"" + std::string{logo_letters[b]} +
                    "\"/></symbol>";
        }
        out_ += "</defs>";
    }
    // logos of several themes on one page must not use each other's letters
    std::string letter_id(std::size_t base) const
    {
        char const* const theme = style_.theme == logo_theme::page    ? "-"
                                  : style_.theme == logo_theme::light ? "-light-"
                                                                      : "-dark-";
        return xml_text(style_.ids) + theme + "ACGT"[base];
    }

    void text(double x, double y, std::string const& attributes, std::string_view content)
    {
        out_ += "<text x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\"" + attributes + ">" +
                xml_text(content) + "</text>\n";
    }
    double y_of(double value, double top) const
    {
        return top + style_.height * (axis_.high - value) / (axis_.high - axis_.low);
    }

    void panel(logo_panel const& p, double x, double top)
    {
        axis(x, top, static_cast<double>(p.heights.size()) * style_.column_width);
        std::size_t const every = style_.column_width >= 14 ? 1 : style_.column_width >= 7 ? 5 : 10;
        double const margin = style_.column_width * 0.04;
        std::string const below = "<text x=\"" + pixels(style_.column_width / 2 - margin) + "\" y=\"" +
                                  pixels(top + style_.height + 12) + "\">";
        out_ += "<g text-anchor=\"middle\">\n";
        for (std::size_t i = 0; i < p.heights.size(); ++i) {
            double const at = x + style_.column_width * static_cast<double>(i) + margin;
            out_ += "<g transform=\"translate(" + pixels(at) + ")\"><title>" + xml_text(p.tooltips[i]) +
                    "</title>";
            stack(p.heights[i], top);
            if ((i + 1) % every == 0) out_ += below + std::to_string(i + 1) + "</text>";
            out_ += "</g>\n";
        }
        if (!p.label.empty())
            text(x + style_.column_width * static_cast<double>(p.heights.size()) / 2,
                 top + style_.height + 26, " font-size=\"10\"", p.label);
        out_ += "</g>\n";
    }
    void axis(double x, double top, double width)
    {
        std::string lines = "M" + pixels(x - 2) + " " + pixels(top) + "V" + pixels(top + style_.height) +
                            "M" + pixels(x - 2) + " " + pixels(y_of(0, top)) + "h" + pixels(width + 2);
        double const step = axis_step(axis_.high - axis_.low);
        for (double k = std::ceil(axis_.low / step - 1e-9); k * step <= axis_.high + 1e-9 * step; ++k) {
            double const y = y_of(k * step, top);
            lines += "M" + pixels(x - 2) + " " + pixels(y) + "h-3";
            text(x - 7, y + 3, " text-anchor=\"end\"", number_text(k == 0 ? 0 : k * step, 4));
        }
        out_ += "<path d=\"" + lines + "\" fill=\"none\" stroke=\"" + ink() +
                "\" stroke-width=\".6\" opacity=\".7\"/>\n";
        double const middle = top + style_.height / 2;
        text(x - 27, middle,
             " text-anchor=\"middle\" transform=\"rotate(-90 " + pixels(x - 27) + " " + pixels(middle) +
                 ")\"",
             axis_.unit);
    }
    // draws one column: the larger a height, the farther its letter from the base line, on either side
    void stack(column const& heights, double top)
    {
        std::array<std::size_t, 4> order{0, 1, 2, 3};
        sort_places(order, [&heights](std::size_t a, std::size_t b) {
            return std::abs(heights[a]) < std::abs(heights[b]);
        });
        double const scale = style_.height / (axis_.high - axis_.low);
        double up = y_of(0, top);
        double down = up;
        for (std::size_t const b : order) {
            double const h = std::abs(heights[b]) * scale;
            if (h == 0) continue;
            double const y = heights[b] > 0 ? up - h : down;
            (heights[b] > 0 ? up : down) += heights[b] > 0 ? -h : h;
            if (h >= smallest)
                out_ += "<use href=\"#" + letter_id(b) + "\" y=\"" + pixels(y) + "\" width=\"" +
                        pixels(style_.column_width * 0.92) + "\" height=\"" + pixels(h) + "\"/>";
        }
    }

    logo_axis axis_;
    logo_style style_;
    std::string out_;
};

} // namespace detail
} // namespace explainn::EXPLAINN_ABI
