#!/usr/bin/env bash
# bash tests/fuzz/run.sh [SECONDS [NAME...]]: fuzzes each target (or those named) for SECONDS each, 60 by default, from
# the seeds in tests/fuzz/NAME. Input that breaks a reader is left in the folder that is printed; exit status 1.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. ./build.sh
seconds=${1:-60}
shift
names=("$@")
[ ${#names[@]} -gt 0 ] || for source in *.cpp; do names+=("${source%.cpp}"); done
work=$(mktemp -d "${TMPDIR:-/tmp}/explainn-fuzz-XXXXXX") || exit 1
bad=0
for name in "${names[@]}"; do
    skipped=$(build_fuzz_target "$name" "$work/$name")
    case $? in 0) ;; 2) echo "$name: $skipped"; continue ;; 3) echo "error: no clang++" >&2; exit 1 ;; *) exit 1 ;; esac
    mkdir -p "$work/$name.found"
    if "$work/$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1024 -malloc_limit_mb=256 \
        -print_final_stats=1 -artifact_prefix="$work/$name-" "$work/$name.found" "$name" >"$work/$name.log" 2>&1; then
        tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log" | tail -n 1)
        echo "$name: $tried files tried, none broke it"
    else
        tail -n 30 "$work/$name.log"
        echo "$name: broken; see $work"
        bad=1
    fi
done
[ $bad -eq 0 ] && rm -rf "$work"
exit $bad
