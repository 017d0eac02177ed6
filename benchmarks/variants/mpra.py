"""Saturation mutagenesis of regulatory elements (Kircher et al. 2019) beside a model: `mpra.py variants FOLDER` writes the measured
changes as VCF, a contig an element; `mpra.py judge FOLDER EFFECTS` compares them with what `explain variants` said."""
import csv
import gzip
import math
import sys


def elements_of(folder):
    """The sequence and the first base (from 0) of every element."""
    found, name = {}, None
    with open(folder + "/elements_GRCh38_reference.fa") as file:
        for line in file:
            if line.startswith(">"):
                name, place = line[1:].split()[0].split("::")
                found[name] = ["", int(place.rsplit(":", 1)[1].split("-")[0])]
            else:
                found[name][0] += line.strip().upper()
    return found


def measured(folder):
    """(element, position from 1 within it, REF and ALT as VCF has them, effect), each once."""
    elements = elements_of(folder)
    seen = set()
    with gzip.open(folder + "/elements.tsv.gz", "rt") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["Release"] != "GRCh38" or row["Element"] not in elements or row["Pos"] == "NA":
                continue
            bases, first = elements[row["Element"]]
            at = int(row["Pos"]) - 1 - first
            if int(row["Barcodes"]) < 10 or not 0 <= at < len(bases) or bases[at] != row["Ref"]:
                continue
            reference, alternative = row["Ref"], row["Alt"]
            if alternative == "-":  # a deletion is told with the base before it
                if at == 0:
                    continue
                at -= 1
                reference, alternative = bases[at:at + 2], bases[at]
            key = (row["Element"], at + 1, reference, alternative)
            if key not in seen:
                seen.add(key)
                yield key + (float(row["Coefficient"]),)


def write_variants(folder):
    print("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
    for element, at, reference, alternative, _ in sorted(measured(folder)):
        print(f"{element}\t{at}\t.\t{reference}\t{alternative}\t.\t.\t.")


def pearson(pairs):
    n = len(pairs)
    if n < 3:
        return float("nan")
    mean_x, mean_y = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    xy = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    xx, yy = sum((x - mean_x) ** 2 for x, _ in pairs), sum((y - mean_y) ** 2 for _, y in pairs)
    return xy / math.sqrt(xx * yy) if xx > 0 and yy > 0 else float("nan")


def judge(folder, effects):
    truth = {row[:4]: row[4] for row in measured(folder)}
    pairs, tasks = {}, []
    with open(effects) as file:
        reader = csv.reader(file, delimiter="\t")
        tasks = next(reader)[5:]
        for row in reader:
            key = (row[0], int(row[1]), row[3], row[4])
            for task, delta in zip(tasks, row[5:]):
                pairs.setdefault(row[0], {}).setdefault(task, []).append((int(row[1]), float(delta), truth[key]))
    print("element\tchanges\tbest task on even positions\tPearson on even positions\ton odd positions")
    for element, by_task in sorted(pairs.items()):
        half = lambda task, odd: pearson([(x, y) for at, x, y in by_task[task] if at % 2 == odd])
        best = max(tasks, key=lambda task: abs(half(task, 0)) if not math.isnan(half(task, 0)) else -1)
        print(f"{element}\t{len(by_task[best])}\t{best}\t{half(best, 0):.3f}\t{half(best, 1):.3f}")


if sys.argv[1] == "variants":
    write_variants(sys.argv[2])
else:
    judge(sys.argv[2], sys.argv[3])
