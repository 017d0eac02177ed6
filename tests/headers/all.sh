# Sourced: all_headers lists every public header as it is included; header_flags are what they need. all_programs lists the
# main files of the programs.
header_roots=(include backends/reference/include backends/cpu/include)
header_flags=(-std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Werror)
for folder in "${header_roots[@]}"; do header_flags+=("-I$folder"); done

all_headers()
{
    local folder
    for folder in "${header_roots[@]}"; do
        [ -d "$folder" ] && (cd "$folder" && find . -name '*.hpp' | sed 's#^\./##' | sort)
    done
}

# A program whose folder holds libraries.cmake needs packages that may be absent: it is listed where the build made it.
all_programs()
{
    local source name
    for source in examples/*/*.cpp; do
        name=$(basename "$source" .cpp)
        [ "$name" = "$(basename "$(dirname "$source")")" ] || continue
        [ ! -e "examples/$name/libraries.cmake" ] || [ -x "${BUILD_DIR:-build/default}/examples/$name" ] || continue
        printf '%s\n' "$source"
    done
}
