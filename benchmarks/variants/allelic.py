"""Allele-specific accessibility beside a model: `allelic.py sequences TABLE` writes both alleles of each variant's region
as FASTA; `allelic.py judge TABLE LOGITS` compares what `explain sequences` said of them with what was measured."""
import csv
import gzip
import sys


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


def judge(path, logits):
    rows = rows_of(path)
    deltas = {}
    with open(logits) as file:
        for line in csv.DictReader(file, delimiter="\t"):
            number, allele = line["sequence"].split(":")
            sign = 1 if allele == "alt" else -1
            task = deltas.setdefault(line["task"], [0.0] * len(rows))
            task[int(number)] += sign * float(line["logit"])
    print("cell\tassay\tvariants\tsignificant\tsign agreement (mean over tasks)\tAUROC (mean over tasks)\tbest task\tits sign agreement\tits AUROC")
    for cell, assay in sorted({(row["cell"], row["assay"]) for row in rows}):
        mine = [i for i, row in enumerate(rows) if (row["cell"], row["assay"]) == (cell, assay)]
        strong = [i for i in mine if float(rows[i]["fdr_comb_pval"]) < 0.05]
        weak = [i for i in mine if float(rows[i]["fdr_comb_pval"]) >= 0.5]
        judged = []
        for task, all_deltas in deltas.items():
            # comb_es is positive where the allele of pref_allele is the more accessible one
            agree = [(all_deltas[i] > 0) == (rows[i]["pref_allele"] == "alt") for i in strong]
            judged.append((sum(agree) / max(len(agree), 1),
                           auroc([abs(all_deltas[i]) for i in strong], [abs(all_deltas[i]) for i in weak]), task))
        best = max(judged)
        mean = [sum(x[k] for x in judged) / len(judged) for k in (0, 1)]
        print(f"{cell}\t{assay}\t{len(mine)}\t{len(strong)}\t{mean[0]:.3f}\t{mean[1]:.3f}\t{best[2]}\t{best[0]:.3f}\t{best[1]:.3f}")
    print("the best task is chosen on these variants: its figures flatter it")


if sys.argv[1] == "sequences":
    write_sequences(sys.argv[2])
else:
    judge(sys.argv[2], sys.argv[3])
