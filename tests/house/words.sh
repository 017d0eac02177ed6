#!/usr/bin/env bash
# Nothing in the project depends on the machine it was written on, and no file holds remains of a merge or an editor.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/house/files.sh
status=0
refuse()
{
    local found
    found=$(tracked_files '*' | grep -vE '\.(gz|safetensors|bin)$|^tests/house/words\.sh$|^tests/data/|^examples/data/' |
        tr '\n' '\0' | xargs -0 grep -nIE -- "$2")
    [ -z "$found" ] && return
    echo "$1:"
    echo "$found" | head -n 20
    status=1
}
refuse "a path of one machine" '(^|[^A-Za-z0-9_.-])/(work|home/[a-z]+|tmp/[a-z])[/A-Za-z]'
refuse "what a merge left" '^(<<<<<<<|>>>>>>>|=======$)'
headers=$(tracked_files 'include/*.hpp' 'backends/*.hpp' 'examples/*.hpp')
for header in $headers; do
    head -n 1 "$header" | grep -q '^// ' || { echo "$header: the first line does not say what it is"; status=1; }
    grep -q '^#pragma once' "$header" || { echo "$header: #pragma once is missing"; status=1; }
done
exit $status
