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
finish()
{
    echo "$passed right, $failed wrong"
    [ "$failed" -eq 0 ]
    exit
}
