"""The reference's training in PyTorch on factors of tfbs, until the test AUPRC reaches a goal.

    python reference.py SEQUENCES LABELS --targets MAX,FOXA1,JUND --goal 0.444 --threads 2 --seed 1 [--seconds 3600]
    python reference.py SEQUENCES LABELS --targets all --goal 0.277        every factor, labels that are not known masked

The paper's network of 100 units (benchmarks/peers/grouped.py), Adam at 0.003, batches of 100, both strands of every sequence in an epoch; the model
whose loss on chr22 is the best so far is looked at on chr19, averaged over strands. The clock stands while the test is looked at. Prints seconds from the start
of reading to the end of the epoch that reached the goal (or that time was over), epochs, and the AUPRC.
"""
import argparse
import gzip
import os
import sys
import time

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../peers"))
from fasta import read_fasta
from grouped import Grouped


def read(sequences, labels, targets):
    """One-hot sequences (N, 4, L), labels (N, O) and chromosomes of the rows that are resolved for all targets; of
    targets = ["all"] the rows where any label is known, with nan for the others."""
    every = targets == ["all"]
    with gzip.open(labels, "rt") as file:
        header = next(file).rstrip("\n").split("\t")
        columns = range(1, len(header)) if every else [header.index(t) for t in targets]
        values = {f[0]: [f[c] for c in columns] for f in (line.rstrip("\n").split("\t") for line in file)}
    names, hot = read_fasta(sequences, lambda name: (any if every else all)(values[name]))
    y = torch.tensor([[float(v) if v else float("nan") for v in values[n]] for n in names])
    return hot, y, np.array([n.split(":")[0] for n in names])


def masked_loss(logits, y):
    """Binary cross-entropy over the labels that are known."""
    known = ~torch.isnan(y)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits[known], y[known])


def macro_auprc(score, y):
    """The mean over the columns of y with a positive, each over its known labels."""
    known = ~np.isnan(y)
    return float(np.mean([auprc(score[k, j], y[k, j]) for j, k in enumerate(known.T) if y[k, j].any()]))


def auprc(score, y):
    """Average precision, by steps."""
    order = np.argsort(-score, kind="stable")
    y = y[order]
    last = np.append(np.diff(score[order]) != 0, True)
    true = np.cumsum(y)[last]
    precision = true / (np.nonzero(last)[0] + 1)
    return float(np.sum(np.diff(np.append(0, true / y.sum())) * precision))


def flipped(x):
    return torch.flip(x, (1, 2))


def predict(model, x):
    model.eval()
    with torch.no_grad():
        return torch.cat([(model(b) + model(flipped(b))) / 2 for b in x.split(1000)])


def main():
    a = argparse.ArgumentParser()
    a.add_argument("sequences")
    a.add_argument("labels")
    a.add_argument("--targets", default="MAX,FOXA1,JUND")
    a.add_argument("--goal", type=float, default=0.444)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--epochs", type=int, default=100)
    a.add_argument("--seconds", type=float, default=3600)
    o = a.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    began, stood = time.time(), 0.0
    x, y, chromosome = read(o.sequences, o.labels, o.targets.split(","))
    train, valid, test = (torch.from_numpy(np.nonzero(m)[0]) for m in (
        ~np.isin(chromosome, ("chr22", "chr19")), chromosome == "chr22", chromosome == "chr19"))
    model = Grouped(100, x.shape[2], y.shape[1])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    best, found, reached = float("inf"), 0.0, False
    for epoch in range(1, o.epochs + 1):
        model.train()
        order = torch.cat([train, train + len(x)])[torch.randperm(2 * len(train))]
        for rows in order.split(100):
            of = rows % len(x)
            batch = x[of]
            turned = rows >= len(x)
            batch[turned] = flipped(batch[turned])
            optimizer.zero_grad()
            masked_loss(model(batch), y[of]).backward()
            optimizer.step()
        now = float(masked_loss(predict(model, x[valid]), y[valid]))
        paused = time.time()
        if now < best:
            best = now
            found = macro_auprc(predict(model, x[test]).numpy(), y[test].numpy())
        seconds = paused - began - stood
        print(f"epoch {epoch}: {seconds:.0f} s, validation {now:.4f}, test AUPRC {found:.4f}", file=sys.stderr, flush=True)
        reached = found >= o.goal
        stood += time.time() - paused
        if reached or seconds > o.seconds:
            break
    print(f"{seconds:.1f}\t{epoch}\t{found:.4f}\t{'reached' if reached else 'not reached'}")


main()
