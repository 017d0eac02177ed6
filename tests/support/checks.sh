# Sourced by scripts that test programs: a folder to work in, which goes with the script, and counts of what is right and wrong.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0

good() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }
# is NAME FOUND EXPECTED
is() { if [ "$2" = "$3" ]; then good; else bad "$1: expected '$3', found '$2'"; fi; }
same() { if cmp -s "$2" "$3"; then good; else bad "$1: $2 and $3 differ"; fi; }
differ() { if cmp -s "$2" "$3"; then bad "$1: $2 and $3 are the same"; else good; fi; }
# works NAME command...: exit status 0; what it says stands in out.txt and err.txt
works()
{
    local name=$1
    shift
    if "$@" >out.txt 2>err.txt; then good; else bad "$name: $(tail -n 1 err.txt)"; fi
}
# fails_with NAME PATTERN command...: exit status 1 and one line "error: ..." at the end that holds the pattern
fails_with()
{
    local name=$1 pattern=$2 line status
    shift 2
    "$@" >out.txt 2>err.txt
    status=$?
    is "$name: exit status" "$status" 1
    line=$(tail -n 1 err.txt)
    if printf '%s\n' "$line" | grep -qE -- "^error: .*$pattern"; then good; else bad "$name: '$pattern' not in '$line'"; fi
}
# steps_are NAME STEP,STEP...: the table of steps in err.txt has these rows, each with an output and its memory; its last row adds them up
steps_are()
{
    local table
    table=$(sed -n '/^step  *seconds /,/^all /p' err.txt)
    is "$1: steps" "$(sed '1d;$d' <<<"$table" | cut -d ' ' -f 1 | paste -sd ,)" "$2"
    is "$1: sums of steps" "$(awk '
        NR == 1 || !NF { next }
        $1 == "all" { print ((seconds - $2 < .01 * NR && $2 - seconds < .01 * NR) ? "right" : "wrong seconds"), ($3 == most ? "right" : "wrong peak"); next }
        { seconds += $2; if ($3 > most) most = $3; if ($2 < 0 || $3 <= 0 || NF < 4) print "wrong row " $0 }' <<<"$table")" "right right"
}
finish()
{
    echo "$passed right, $failed wrong"
    [ "$failed" -eq 0 ]
    exit
}

# leaves_no_output NAME PATTERN command...: as fails_with, and the command writes no refused.tsv
leaves_no_output()
{
    rm -rf refused.tsv
    fails_with "$@"
    [ -e refused.tsv ] && bad "$1: half a file" || good
}
