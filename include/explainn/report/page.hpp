// A report as one HTML page that loads no other file.
#pragma once
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <explainn/core/error.hpp>
#include <explainn/motif/logo_drawing.hpp>
#include <explainn/report/page_template.hpp>
#include <explainn/report/report_json.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// A template with each {{name}} replaced by its value, which is inserted unchanged. Throws error for a name
/// without a value.
inline std::string filled(std::string_view text,
                          std::initializer_list<std::pair<std::string_view, std::string_view>> values)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const open = std::min(text.find("{{", at), text.size());
        out += text.substr(at, open - at);
        if (open == text.size()) break;
        std::size_t const close = text.find("}}", open);
        std::string_view const name = text.substr(open + 2, close - open - 2);
        bool found = false;
        for (auto const& [key, value] : values)
            if (key == name) {
                out += value;
                found = true;
            }
        if (!found)
            throw error{"the template of the report asks for '" + std::string{name} +
                        "', which has no value"};
        at = close + 2;
    }
    return out;
}
} // namespace detail

/// The page of a report: HTML with its style, script and numbers inside.
///
///     output_file out{"report.html"};
///     out << report_page(r);
///     out.commit();
inline std::string report_page(model_report const& r)
{
    namespace page = detail::page_template;
    std::string script{"(() => {\n'use strict';\n"};
    for (auto const part : page::script) script += part;
    script += "})();";
    return detail::filled(page::html, {{"title", detail::xml_text(r.title)},
                                       {"style", page::css},
                                       {"data", report_json(r)},
                                       {"script", script}});
}

} // namespace explainn::EXPLAINN_ABI
