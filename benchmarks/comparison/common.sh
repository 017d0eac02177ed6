# What the scripts of this folder share: data, programs, and what they tell of a model file. Sourced, from the root of the project.
#
#     OUT=folder THREADS=1 PROGRAMS=build/bench bash benchmarks/comparison/run.sh
#
# OUT keeps what was trained, so that an interrupted table goes on where it was; PROGRAMS is a build folder whose programs are taken as they are.
data=${SHARED_TFBS:-../shared/data/tfbs} jaspar_folder=${SHARED_JASPAR:-../shared/data/jaspar} threads=${THREADS:-$(nproc)} out=${OUT:-build/comparison}
jaspar=$jaspar_folder/JASPAR2020_CORE_vertebrates_non-redundant.meme clusters=$jaspar_folder/leaf_to_cluster.tab
for file in "$data/sequences.fa.gz" "$jaspar"; do [ -e "$file" ] || { echo "skipped: $file is not here"; exit 0; }; done
mkdir -p "$out" || exit 1
programs=${PROGRAMS:-}
if [ -z "$programs" ]; then
    programs=build/bench
    cmake --preset bench >/dev/null && cmake --build build/bench --target train_task explain -j "$(nproc)" >/dev/null || exit 1
fi
program_of() { find -L "$programs" -type f -name "$1" -perm -u+x | head -n 1; }
train_task=$(program_of train_task) explain=$(program_of explain)
[ -n "$train_task" ] && [ -n "$explain" ] || { echo "error: expected train_task and explain in $programs, found none" >&2; exit 1; }
factors=${FACTORS:-MAX,FOXA1,JUND}

# the regions that are resolved for all of these factors, and no other column: every run reads them; for FACTORS=all the files as they are
few_labels=$out/labels.tsv few_sequences=$out/sequences.fa
if [ "$factors" = all ]; then
    few_labels=$data/labels.tsv.gz few_sequences=$data/sequences.fa.gz
elif [ ! -s "$few_labels" ]; then
    gzip -dc "$data/labels.tsv.gz" | awk -F'\t' -v names="$factors" 'BEGIN { count = split(names, w, ",") }
        NR == 1 { for (i = 2; i <= NF; ++i) at[$i] = i }
        { line = $1; for (k = 1; k <= count; ++k) { x = $at[w[k]]; if (x == "") next; line = line "\t" x } print line }' >"$few_labels.part" &&
        gzip -dc "$data/sequences.fa.gz" | awk 'NR == FNR { wanted[">" $1] = 1; next } /^>/ { on = $1 in wanted } on' "$few_labels.part" - >"$few_sequences" &&
        mv "$few_labels.part" "$few_labels" || exit 1
elif [ "$(head -n 1 "$few_labels" | cut -f 2- | tr '\t' ,)" != "$factors" ]; then
    echo "error: $few_labels: expected the factors $factors, found others; name another folder by OUT" >&2
    exit 1
fi

# train FOLDER OPTION...: trains on these factors where FOLDER has no results yet, from its checkpoint where there is one; processor seconds go to
# FOLDER.seconds.
train()
{
    local dir=$1 how=--overwrite
    shift
    [ -e "$dir/losses.tsv" ] && return
    if [ -e "$dir/checkpoint.safetensors" ]; then how=--resume; else rm -f "$dir.seconds"; fi
    /usr/bin/env time -a -f '%U %S' -o "$dir.seconds" "$train_task" --sequences "$few_sequences" --labels "$few_labels" --valid chr22 --test chr19 \
        --threads "$threads" --refine 0 --out "$dir" "$how" "$@" >"$dir.log" 2>&1 ||
        { echo "error: $dir failed: $(tail -n 1 "$dir.log")" >&2; return 1; }
}
# timed FILE COMMAND...: runs it where FILE, which is to hold its processor seconds, is not there yet.
timed()
{
    local file=$1
    shift
    [ -s "$file" ] && return
    /usr/bin/env time -f '%U %S' -o "$file.part" "$@" >"${file%.seconds}.log" 2>&1 || { rm -f "$file.part"; echo "error: $*: $(tail -n 1 "${file%.seconds}.log")" >&2; return 1; }
    mv "$file.part" "$file"
}
seconds_in() { awk '$1 ~ /^[0-9.]+$/ { s += $1 + $2 } END { printf "%.2f", s }' "$1" 2>/dev/null; }
# measure NAME FOLDER: its mean over the tasks
measure() { awk -F'\t' -v name="$1" '$1 == name {printf "%.4f", $2}' "$2/metrics.tsv"; }
# epochs FOLDER: the best epoch, of how many
epochs() { awk -F'\t' 'NR > 1 { ++n; if (b == "" || $3 < b) { b = $3; e = $1 } } END { print e " of " n }' "$1/losses.tsv"; }
# best_loss FOLDER: of the validation rows
best_loss() { awk -F'\t' 'NR > 1 && (b == "" || $3 < b) { b = $3 } END { printf "%.4f", b }' "$1/losses.tsv"; }
# the numbers that a model learns, from the header of its file
parameters_of()
{
    python3 - "$1" <<'P'
import json, math, struct, sys
with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
print(sum(math.prod(t["shape"]) for name, t in header.items()
          if name != "__metadata__" and "running_" not in name and not name.endswith("num_batches_tracked")))
P
}
# bound_by_any N FILE: the first N sequences of the test chromosome that are bound by one of the factors
bound_by_any()
{
    [ -s "$2" ] && return
    awk -F'\t' -v most="$1" '/^chr19[:_]/ && n < most { for (i = 2; i <= NF; ++i) if ($i == 1) { ++n; print $1; break } }' "$few_labels" >"$2.names"
    awk 'NR == FNR { wanted[">" $1] = 1; next } /^>/ { on = $1 in wanted } on' "$2.names" "$few_sequences" >"$2.part" && mv "$2.part" "$2"
}
