#!/usr/bin/env bash
# From a bare Debian 12 or Ubuntu 24.04 to a trained model and its motifs: installs what is missing, builds tf_binding and
# runs it on the sample in examples/data. Arguments are handed to tf_binding.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
. "$root/cmake/packages.sh"
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
refuse()
{
    tail -n 40 "$log" >&2
    echo "error: $1" >&2
    exit 1
}
need_packages "${explainn_packages[@]}" || echo "apt did not install them; going on with what is there"
echo "building tf_binding"
(cd "$root" && cmake --preset release) >"$log" 2>&1 || refuse "the project does not configure"
cmake --build "$root/build/release" --target tf_binding -j "$(nproc)" >"$log" 2>&1 || refuse "tf_binding does not build"
"$root/build/release/examples/tf_binding" "$@" || exit
[ $# -gt 0 ] || echo "The files are in $PWD/tf_binding_demo/: model, losses, metrics, filters as motifs, motifs refined for each task, weights, importances."
[ $# -gt 0 ] || echo "What it all looks like: open $PWD/tf_binding_demo/report.html in a browser."
