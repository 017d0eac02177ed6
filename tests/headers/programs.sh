# all_programs [SOURCE...] prints one unit that holds these programs (of examples/, as FOLDER/NAME.cpp), or every one, each in a namespace
# program_NAME of its own, so that what they include is read once. Sourced, or run as a script with the sources as arguments.
# Where it holds the lessons it is compiled with -Wno-return-type, since a main() in a namespace must return something as any function.
all_programs()
{
    local source
    cat examples/*/*.cpp examples/*/*.hpp | sed -nE 's/^#include (<.*>)$/\1/p' | sort -u | sed 's/.*/#if __has_include(&)\n#include &\n#endif/'
    (cd examples && ls */*.hpp) | sed 's/.*/#include "&"/'
    [ $# -gt 0 ] || set -- $(cd examples && ls */*.cpp)
    for source; do
        printf 'namespace program_%s {\n#include "%s" // NOLINT(bugprone-suspicious-include)\n}\n' "$(basename "$source" .cpp)" "$source"
    done
}
[ "${BASH_SOURCE[0]}" != "$0" ] || all_programs "$@"
