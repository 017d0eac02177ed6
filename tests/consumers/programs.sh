#!/usr/bin/env bash
# The programs of this build are installed, start, and find the data of their demonstrations beside them.
[ -n "$BUILD_DIR" ] || { echo "skipped: no BUILD_DIR"; exit 77; }
for program in tf_binding train_task enhancer_activity chromatin_accessibility single_cell plug_and_play fine_tune predict_sequences import_pytorch motifs explain prepare denovo_motifs; do
    [ -x "$BUILD_DIR/examples/$program" ] || { echo "skipped: $program is not built"; exit 77; }
done
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd) || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cmake --install "$BUILD_DIR" --prefix "$scratch/installed" --component programs >"$scratch/log" 2>&1 ||
    { tail -n 20 "$scratch/log"; exit 1; }
status=0
for source in "$root"/examples/*/*.cpp; do
    [ "$(basename "$source" .cpp)" = "$(basename "$(dirname "$source")")" ] || continue
    program=$scratch/installed/bin/$(basename "$source" .cpp)
    "$program" --help >"$scratch/log" 2>&1 || { echo "$(basename "$program") is not installed, or does not start"; status=1; }
done
version=$("$scratch/installed/bin/tf_binding" --version)
wanted=$(sed -nE 's/^#define EXPLAINN_VERSION_(MAJOR|MINOR|PATCH) ([0-9]+)$/\2/p' "$root/include/explainn/core/version.hpp" | paste -sd .)
[ "$version" = "$wanted" ] || { echo "tf_binding --version prints $version, and the headers say $wanted"; status=1; }
# the demonstration reads the installed data: where they are damaged, it says so
cd "$scratch" || exit 1
echo 'no motifs' | gzip >"$scratch/installed/share/explainn/explainn_filters.meme.gz"
"$scratch/installed/bin/motifs" >"$scratch/log" 2>&1 && { echo "motifs does not read the installed data"; status=1; }
grep -qF 'installed/share/explainn/explainn_filters.meme.gz' "$scratch/log" || { echo "motifs reads other data:"; tail -n 3 "$scratch/log"; status=1; }
exit $status
