#!/usr/bin/env bash
# A header includes only its own floor and lower ones; docs/architecture.md says which folder is on which floor. Every
# folder has a floor, and every floor's folder is there. A backend includes no other backend, but cpu and blas may
# include reference.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

# check_floors TREE: prints every include that goes up, or that names a folder without a floor
check_floors()
{
    local tree=$1
    sed -nE 's/^\| *([0-9]+) *\| *`([a-z_]+)\/` *\|.*/\2 \1/p' docs/architecture.md >"$scratch/floors"
    (cd "$tree" && grep -rnE '^ *# *include *[<"]explainn/' include backends/*/include --include='*.hpp' --include='*.cuh' 2>/dev/null) |
        awk -v backends=" $(ls backends | tr '\n' ' ') " '
        NR == FNR { floor[$1] = $2; next }
        {
            split($0, place, ":")
            file = place[1]; from = file
            if (file == "include/explainn/explainn.hpp") next # it stands above all floors
            sub(/^.*include\/explainn\//, "", from)
            sub(/\/.*|\.hpp.*/, "", from)
            to = $0; sub(/^[^<"]*[<"]explainn\//, "", to)
            sub(/\/.*|\.hpp.*/, "", to)
            if (backends ~ " " from " " && backends ~ " " to " " && from != to && !(to == "reference" && from ~ /^(cpu|blas)$/))
                print file ":" place[2] ": the backend " from "/ includes the backend " to "/"
            if (!(from in floor)) print file ": the folder " from "/ has no floor in docs/architecture.md"
            else if (!(to in floor)) print file ":" place[2] ": includes " to "/, which has no floor"
            else if (floor[to] > floor[from])
                print file ":" place[2] ": " from "/ (floor " floor[from] ") includes " to "/ (floor " floor[to] ")"
        }' "$scratch/floors" -
    (cd "$tree" && ls -d include/explainn/*/ backends/*/include/explainn/*/ 2>/dev/null) |
        awk -v FS=/ '
        NR == FNR { split($0, words, " "); floor[words[1]]; next }
        { there[$(NF - 1)]; if (!($(NF - 1) in floor)) print $0 ": the folder has no floor in docs/architecture.md" }
        END { for (folder in floor) if (!(folder in there)) print "docs/architecture.md: there is no folder " folder "/" }' \
            "$scratch/floors" -
}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# the check itself finds what it looks for
mkdir -p "$scratch/bad/include/explainn/core" "$scratch/bad/backends"
echo '#include <explainn/train/trainer.hpp>' >"$scratch/bad/include/explainn/core/low.hpp"
check_floors "$scratch/bad" | grep -q 'core/ (floor 0) includes train/ (floor 4)' ||
    { echo "the check does not see an include that goes up"; exit 1; }
mkdir -p "$scratch/bad/include/explainn/cellar"
check_floors "$scratch/bad" | grep -q 'cellar/: the folder has no floor' ||
    { echo "the check does not see a folder without a floor"; exit 1; }
check_floors "$scratch/bad" | grep -q 'there is no folder genomics/' ||
    { echo "the check does not see a floor without a folder"; exit 1; }
mkdir -p "$scratch/bad/backends/cuda/include/explainn/cuda"
echo '#include <explainn/reference/loops.hpp>' >"$scratch/bad/backends/cuda/include/explainn/cuda/a.cuh"
check_floors "$scratch/bad" | grep -q 'the backend cuda/ includes the backend reference/' ||
    { echo "the check does not see a backend that includes another"; exit 1; }

found=$(check_floors .)
# the graph of includes, a line a folder: what it includes, with the number of includes
(cd include && grep -rHoE '^ *# *include *[<"]explainn/[a-z_]+/' explainn/*/ ../backends/*/include/explainn/*/ --include='*.hpp' --include='*.cuh') |
    sed -E 's#^.*explainn/([a-z_]+)/[^:]*:.*explainn/([a-z_]+)/$#\1 \2#' | awk -v floors="$scratch/floors" '
    BEGIN { while ((getline line <floors) > 0) { split(line, words, " "); floor[words[1]] = words[2] } }
    $1 != $2 { ++edges[$1 " " $2] }
    END {
        for (edge in edges) { split(edge, ends, " "); to[ends[1]] = to[ends[1]] " " ends[2] "(" edges[edge] ")" }
        for (from in floor) print floor[from], from " ->" to[from]
    }' | sort
[ -z "$found" ] && echo "floors hold: $(wc -l <"$scratch/floors") folders" && exit 0
echo "$found"
exit 1
