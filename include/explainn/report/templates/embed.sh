#!/usr/bin/env bash
# Writes the templates of the report into a header, so that the library needs no file beside its headers:
#     bash include/explainn/report/templates/embed.sh            writes ../page_template.hpp
#     bash include/explainn/report/templates/embed.sh --check    says whether it is what the templates make
set -e
cd "$(dirname "${BASH_SOURCE[0]}")"
scripts=(page charts logo sections_run sections_performance sections_motifs sections_refined sections_contrasts sections_weights sections_changes sections_examples sections_map start)
literal() # NAME FILE: the file as a raw string
{
    grep -q ')page"' "$2" && { echo "$2 holds the end of a raw string" >&2; exit 1; }
    printf 'inline constexpr std::string_view %s = R"page(' "$1"
    cat "$2"
    printf ')page";\n'
}
header()
{
    echo '// The templates of the report as text, written by templates/embed.sh: to change the page, change those files.'
    echo '#pragma once'
    echo '#include <array>'
    echo '#include <string_view>'
    echo
    echo '#include <explainn/core/cpp20.hpp>'
    echo
    echo '// clang-format off'
    echo 'namespace explainn::EXPLAINN_ABI::detail::page_template {'
    echo
    literal html report.html
    literal css report.css
    for name in "${scripts[@]}"; do literal "$name" "$name.js"; done
    printf '/// All parts of the script, in their order.\ninline constexpr std::array<std::string_view, %s> script{' "${#scripts[@]}"
    local between=''
    for name in "${scripts[@]}"; do printf '%s%s' "$between" "$name"; between=', '; done
    echo '};'
    echo
    echo '} // namespace explainn::EXPLAINN_ABI::detail::page_template'
    echo '// clang-format on'
}
if [ "$1" = --check ]; then
    header | cmp -s - ../page_template.hpp && exit 0
    echo "include/explainn/report/page_template.hpp is not what the templates make; run $(basename "$0")"
    exit 1
fi
header >../page_template.hpp
