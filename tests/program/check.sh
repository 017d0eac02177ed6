#!/usr/bin/env bash
# check.sh PROBE: exit statuses and last lines of a program made with run_program.
probe=$1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
status=0
# expect STATUS LAST-LINE ARGUMENT...
expect()
{
    local want=$1 line=$2 got last
    shift 2
    "$probe" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    got=$?
    last=$(tail -n 1 "$scratch/err")
    [ "$got" = "$want" ] && [[ $last == $line ]] && [ "$(wc -l <"$scratch/err")" -le 1 ] && return
    echo "[$*] ends with $got and \"$last\", not with $want and \"$line\""
    status=1
}
expect 0 "" go
expect 0 "" --help
expect 0 "" go --help
grep -qE -- '--units.*=100' "$scratch/out" || { echo "the help of --units does not say its default"; status=1; }
expect 1 "error: *"
expect 1 "error: *--nothing*" go --nothing
expect 1 "error: *units*" go --units many
expect 1 "error: labels.tsv:3: expected 12 columns, found 11" go --way refused
expect 1 "error: two lines" go --way lines
expect 1 "error: out of memory" go --way memory
expect 130 "error: interrupted" go --way interrupted
expect 130 "error: interrupted; --resume goes on" go --way stopped
# a disk that is full, by a limit on the size of files
(ulimit -f 64; "$probe" go --way write --out "$scratch/large" >/dev/null 2>"$scratch/err"; echo $? >"$scratch/status")
[ "$(cat "$scratch/status")" = 1 ] && grep -q '^error: ' "$scratch/err" || { echo "a file too large: $(cat "$scratch/status" "$scratch/err")"; status=1; }
[ ! -e "$scratch/large" ] && [ ! -e "$scratch/large.partial" ] || { echo "half a file stays"; status=1; }
expect 1 "error: *" go --way write --out "$scratch/no/such/folder/file"
exit $status
