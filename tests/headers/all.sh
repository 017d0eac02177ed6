# Sourced: all_headers lists every public header as it is included; header_flags are what they need.
header_roots=(include backends/reference/include backends/cpu/include backends/cuda/include)
header_flags=(-std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
for folder in "${header_roots[@]}"; do header_flags+=("-I$folder"); done

all_headers()
{
    local folder
    for folder in "${header_roots[@]}"; do
        [ -d "$folder" ] && (cd "$folder" && find . -name '*.hpp' | sed 's#^\./##' | sort)
    done
}
