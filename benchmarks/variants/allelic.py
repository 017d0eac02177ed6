"""Allele-specific accessibility beside a model: `allelic.py sequences TABLE` writes both alleles of each variant's region
as FASTA; `allelic.py judge TABLE LOGITS` compares what `explain sequences` said of them with what was measured."""
import csv
import gzip
import math
import sys

# Factors that make each cell line what it is, as far as the 122 tasks of tfbs/ have them. They were chosen by the literature before any of their
# figures was seen, and are not to be chosen again by these figures.
OWN_FACTORS = {
    # HepG2 is of the liver: the factors of hepatocytes that bind each other's promoters (Odom et al. 2004 and 2006, Kyrmizi et al. 2006: HNF4A,
    # FOXA2, NR5A2, and HNF1A, HNF1B and ONECUT1, which are no tasks), HNF4G and FOXA1, which share their motifs and are active there too, GATA4, a
    # pioneer of liver (Bossard and Zaret 1998), and the C/EBPs of hepatocytes (Schrem et al. 2004).
    "HepG2": ("HNF4A", "HNF4G", "FOXA1", "FOXA2", "NR5A2", "GATA4", "CEBPA", "CEBPB"),
    # K562 is of erythroid and megakaryocytic precursors: GATA1 (no task; GATA2 is active there, too, and has the same motif: Fujiwara et al. 2009),
    # NF-E2 with its small Maf partners at globin genes (Andrews et al. 1993) and BACH1, which competes for their sites (Sun et al. 2004), GFI1B
    # (Saleque et al. 2002), MYB (Mucenski et al. 1991), RUNX1 (Wilson et al. 2010), and STAT5A, which BCR-ABL activates in K562
    # (Carlesso et al. 1996). TAL1 and KLF1 are no tasks.
    "K562": ("GATA2", "NFE2", "MAFG", "MAFK", "BACH1", "GFI1B", "MYB", "RUNX1", "STAT5A"),
}


def rows_of(path):
    with gzip.open(path, "rt") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def write_sequences(path):
    for i, row in enumerate(rows_of(path)):
        at, bases = int(row["offset"]), row["ref_sequence"]
        if bases[at].upper() != row["ref"]:
            sys.exit(f"row {i}: expected {row['ref']} at base {at}, found {bases[at]}")
        print(f">{i}:ref\n{bases}\n>{i}:alt\n{bases[:at]}{row['alt']}{bases[at + 1:]}")


def auroc(positive, negative):
    ranked = sorted([(x, 1) for x in positive] + [(x, 0) for x in negative])
    total, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        total += sum(label for _, label in ranked[at:end]) * (at + end + 1) / 2
        at = end
    n, m = len(positive), len(negative)
    return (total - n * (n + 1) / 2) / (n * m) if n and m else float("nan")


def chance_of(agreeing, of):
    """The chance that a fair coin agrees at least so often: near 0.5 and above, nothing was shown."""
    return sum(math.comb(of, k) for k in range(agreeing, of + 1)) / 2**of


def judge(path, logits):
    rows = rows_of(path)
    deltas = {}
    with open(logits) as file:
        for line in csv.DictReader(file, delimiter="\t"):
            number, allele = line["sequence"].split(":")
            sign = 1 if allele == "alt" else -1
            task = deltas.setdefault(line["task"], [0.0] * len(rows))
            task[int(number)] += sign * float(line["logit"])
    missing = [name for own in OWN_FACTORS.values() for name in own if name not in deltas]
    if missing:
        sys.exit(f"{logits}: expected the tasks of tfbs/, found no {', '.join(missing)}")

    def mean_change(tasks):
        return [sum(deltas[task][i] for task in tasks) / len(tasks) for i in range(len(rows))]

    print("cell\tassay\tvariants\tsignificant\tjudged by\tagreeing signs\tsign agreement\tchance of as many by a coin\tAUROC")
    for cell, assay in sorted({(row["cell"], row["assay"]) for row in rows}):
        mine = [i for i, row in enumerate(rows) if (row["cell"], row["assay"]) == (cell, assay)]
        strong = [i for i in mine if float(rows[i]["fdr_comb_pval"]) < 0.05]
        weak = [i for i in mine if float(rows[i]["fdr_comb_pval"]) >= 0.5]

        def agreeing(change):
            return sum((change[i] > 0) == (rows[i]["pref_allele"] == "alt") for i in strong)

        def area(change):
            return auroc([abs(change[i]) for i in strong], [abs(change[i]) for i in weak])

        def line(name, count, share, chance, its_area):
            print(f"{cell}\t{assay}\t{len(mine)}\t{len(strong)}\t{name}\t{count}\t{share:.3f}\t{chance}\t{its_area:.3f}")

        def line_of_change(name, change):
            count = agreeing(change)
            line(name, count, count / len(strong), f"{chance_of(count, len(strong)):.2f}", area(change))

        # one task after another, then means of these figures
        for name, tasks in ((f"each of all {len(deltas)} tasks", list(deltas)), (f"each of its own {len(OWN_FACTORS[cell])} factors", OWN_FACTORS[cell])):
            shares = [agreeing(deltas[task]) / len(strong) for task in tasks]
            line(name, "", sum(shares) / len(tasks), "", sum(area(deltas[task]) for task in tasks) / len(tasks))
        # the mean of the tasks' changes as one number a variant
        line_of_change(f"mean change of all {len(deltas)} tasks", mean_change(list(deltas)))
        line_of_change("mean change of its own factors", mean_change(OWN_FACTORS[cell]))
        for other, factors in OWN_FACTORS.items():
            if other != cell:
                line_of_change(f"mean change of {other}'s factors", mean_change(factors))
    for cell, factors in OWN_FACTORS.items():
        print(f"factors of {cell}: {', '.join(factors)}")


if sys.argv[1] == "sequences":
    write_sequences(sys.argv[2])
else:
    judge(sys.argv[2], sys.argv[3])
