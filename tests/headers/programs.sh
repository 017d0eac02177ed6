# Sourced: all_programs prints one unit that holds every program, each in a namespace of its own, so that what they include is read once.
# It is compiled with -Wno-return-type, since a main() in a namespace must return something as any function.
all_programs()
{
    local number=0 source
    cat examples/*/*.cpp examples/*/*.hpp | sed -nE 's/^#include (<.*>)$/\1/p' | sort -u | sed 's/.*/#if __has_include(&)\n#include &\n#endif/'
    (cd examples && ls */*.hpp) | sed 's/.*/#include "&"/'
    for source in examples/*/*.cpp; do
        number=$((number + 1))
        printf 'namespace program_%s {\n#include "%s" // NOLINT(bugprone-suspicious-include)\n}\n' "$number" "${source#examples/}"
    done
}
