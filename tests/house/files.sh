# Sourced: tracked_files PATTERN... lists the project's own files, by git in a checkout and else by searching.
tracked_files()
{
    if [ -e .git ] && git -c safe.directory='*' ls-files -- "$@" 2>/dev/null | grep -q .; then
        git -c safe.directory='*' ls-files -- "$@" | sort -u |
            while read -r file; do [ -e "$file" ] && printf '%s\n' "$file"; done
    else
        local pattern
        for pattern in "$@"; do
            find . -path ./build -prune -o -path ./.git -prune -o -type f -path "./${pattern#\*}" -print -o -type f \
                -path "./$pattern" -print -o -type f -path "./$pattern/*" -print
        done | sed 's#^\./##' | sort -u
    fi
}
