// The columns of a table in text: separated by tabs or commas, with or without quotes.
#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// Splits the lines of a table into fields. Columns are separated by tabs, or by commas where the first line
/// that shows a separator holds commas outside quotes and no tab (CSV, RFC 4180). A field that begins with
/// `"` ends with the next `"` (`""` within it is one `"`), and the quotes, which R, Excel and pandas write,
/// are removed.
///
///     table_columns columns;
///     columns.look_at(line, lines);                      // which separator
///     auto const fields = columns.split(line, lines);    // "\"a,b\",1" gives a,b and 1
class table_columns {
public:
    /// Decides the separator by this line, if the line shows one; later lines do not change it. Throws
    /// input_error where columns are separated by semicolons, because such tables write decimal commas.
    void look_at(std::string_view line, text_file const& file)
    {
        if (separator_ != '\0') return;
        std::size_t const tab = outside_quotes(line, '\t'), comma = outside_quotes(line, ','),
                          semicolon = outside_quotes(line, ';');
        if (tab == line.npos && semicolon < comma)
            file.refuse("columns between tabs or commas", "semicolons in " + in_quotes(line));
        if (tab != line.npos) separator_ = '\t';
        else if (comma != line.npos) separator_ = ',';
    }
    /// Whether a line has shown the separator.
    bool known() const { return separator_ != '\0'; }
    /// Whether columns are separated by commas.
    bool commas() const { return separator_ == ','; }

    /// The fields of a line, valid until the next call. Throws input_error for a quote without its end and
    /// for text after a closing quote.
    std::vector<std::string_view> const& split(std::string_view line, text_file const& file)
    {
        fields_.clear();
        char const separator = known() ? separator_ : '\t';
        bool const quotes = line.find('"') != line.npos;
        if (quotes) {
            unquoted_.clear();
            unquoted_.reserve(line.size()); // must not grow later: fields are views into it
        }
        for (char const *at = line.data(), *const end = at + line.size();;) {
            bool const quoted = quotes && at != end && *at == '"';
            char const* const stop =
                quoted ? unquote(at, end, separator, file) : std::find(at, end, separator);
            if (!quoted) fields_.emplace_back(at, static_cast<std::size_t>(stop - at));
            if (stop == end) return fields_;
            at = stop + 1;
        }
    }

private:
    // the first place of the character outside quotes; npos where there is none
    static std::size_t outside_quotes(std::string_view line, char wanted)
    {
        bool within = false;
        for (std::size_t i = 0; i < line.size(); ++i) {
            within = within != (line[i] == '"');
            if (line[i] == wanted && !within) return i;
        }
        return line.npos;
    }
    // adds the field that begins with a quote at `at`; returns where it ends
    char const* unquote(char const* at, char const* end, char separator, text_file const& file)
    {
        std::size_t const begin = unquoted_.size();
        for (++at;; ++at) {
            char const* const quote = std::find(at, end, '"');
            if (quote == end) file.refuse("a quote at the end of a field that begins with one", "none");
            unquoted_.append(at, quote);
            at = quote + 1;
            if (at == end || *at != '"') break;
            unquoted_ += '"';
        }
        if (at != end && *at != separator)
            file.refuse(std::string{"a "} + (separator == ',' ? "comma" : "tab") + " after a quoted field",
                        in_quotes(*at));
        fields_.push_back(std::string_view{unquoted_}.substr(begin));
        return at;
    }

    char separator_{};
    std::vector<std::string_view> fields_;
    std::string unquoted_;
};

} // namespace explainn::EXPLAINN_ABI
