# together SOURCE... prints one unit of several C++ sources, each in a namespace file_NAME of its own, so that what they include and instantiate
# is compiled once. What they include comes first, outside; so no source may have a macro or a condition of its own, nor open a namespace
# that has a name. Sourced, or run as a script.
together()
{
    local source name
    for source; do
        # a header beside the source is named by its whole path; another is found as usual
        grep -hE '^#include ' "$source" | sed -nE 's/^#include +([<"][^>"]+[>"]).*/\1/p' | while read -r name; do
            local beside=${source%/*}/${name//\"/}
            [[ $name == \"* && -e $beside ]] && name="\"$beside\""
            echo "#include $name"
        done
    done | awk '!seen[$0]++'
    for source; do
        name=${source##*/}
        printf 'namespace file_%s {\n#include "%s" // NOLINT(bugprone-suspicious-include)\n}\n' "${name%.cpp}" "$source"
    done
}
[ "${BASH_SOURCE[0]}" != "$0" ] || together "$@"
