"""The model and training of train_task in PyTorch, on a folder of prepared data (benchmarks/peers has the model).

    python task_peer.py FOLDER --task multilabel|multiclass|regression|profile [--units 50] [--width 19] [--pool 7] [--seeds 1 2 3]

FOLDER holds sequences.fa.gz, labels.tsv.gz and split.tsv. Prints a line per seed with the measure of the test part: AUROC, accuracy, the correlation of a
column, the mean correlation of a row.
"""
import argparse
import copy
import gzip
import os
import sys

import numpy as np
import torch
from torch.nn import functional

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../peers"))
from fasta import read_fasta
from train_peer import Banked


def read(folder):
    """One-hot sequences (N, 4, L), labels (N, O) and the rows of each part."""
    names, hot = read_fasta(f"{folder}/sequences.fa.gz")
    with gzip.open(f"{folder}/labels.tsv.gz", "rt") as file:
        next(file)
        labels = {f[0]: [float(x) if x else float("nan") for x in f[1:]] for f in (line.rstrip("\n").split("\t") for line in file)}
    with open(f"{folder}/split.tsv") as file:
        next(file)
        part = dict(line.rstrip("\n").split("\t") for line in file)
    y = torch.tensor([labels[name] for name in names])
    return hot, y, {p: torch.tensor([i for i, name in enumerate(names) if part[name] == p]) for p in ("train", "valid", "test")}


def correlation(a, b):
    a, b = a - a.mean(-1, keepdims=True), b - b.mean(-1, keepdims=True)
    return (a * b).sum(-1) / ((a * a).sum(-1) * (b * b).sum(-1)) ** 0.5


def loss_of(task, said, y):
    """The loss, and by what it is multiplied for the gradient."""
    if task == "multilabel":
        there = ~torch.isnan(y)
        return functional.binary_cross_entropy_with_logits(said[there], y[there]), 1
    if task == "multiclass":
        return functional.cross_entropy(said, y.argmax(1)), 1
    if task == "regression":
        return functional.mse_loss(said, y), 1
    return (1 - correlation(said, y)).mean(), len(y)  # the reference adds the Pearson loss up over a batch


def auroc(score, label):
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(score))
    values = score[order]
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    ends = np.r_[starts[1:], len(values)]
    for s, e in zip(starts, ends):
        ranks[order[s:e]] = (s + e - 1) / 2
    p = label == 1
    return (ranks[p].sum() - p.sum() * (p.sum() - 1) / 2) / (p.sum() * (~p).sum())


def measure(task, said, y):
    said, y = said.double().numpy(), y.double().numpy()
    if task == "multilabel":
        return np.mean([auroc(said[:, o], y[:, o]) for o in range(y.shape[1])])
    if task == "multiclass":
        return (said.argmax(1) == y.argmax(1)).mean()
    if task == "regression":
        return correlation(said.T, y.T).mean()
    return correlation(said, y).mean()


def train(given, seed, x, y, rows):
    torch.manual_seed(seed)
    model = Banked(given.units, x.shape[2], y.shape[1], width=given.width, pool=given.pool, stride=given.pool)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    best, best_epoch, kept = float("inf"), 0, None

    def predict(part):
        model.eval()
        with torch.no_grad():
            return torch.cat([model(x[some]) for some in part.split(1000)])

    for epoch in range(1, given.epochs + 1):
        model.train()
        order = rows["train"][torch.randperm(len(rows["train"]))]
        for some in order.split(given.batch):
            if len(some) < 2:
                continue
            optimizer.zero_grad()
            loss, times = loss_of(given.task, model(x[some]), y[some])
            (times * loss).backward()
            optimizer.step()
        loss = loss_of(given.task, predict(rows["valid"]), y[rows["valid"]])[0].item()
        print(f"epoch {epoch}: validation loss {loss:.6g}", file=sys.stderr, flush=True)
        if loss < best:
            best, best_epoch, kept = loss, epoch, copy.deepcopy(model.state_dict())
        elif epoch >= best_epoch + given.patience:
            break
    model.load_state_dict(kept)
    print(f"{measure(given.task, predict(rows['test']), y[rows['test']]):.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--task", choices=("multilabel", "multiclass", "regression", "profile"), required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    for name, value in (("epochs", 12), ("patience", 3), ("units", 50), ("width", 19), ("pool", 7), ("batch", 100), ("threads", 1)):
        parser.add_argument("--" + name, type=int, default=value)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    x, y, rows = read(given.folder)
    for seed in given.seeds:
        train(given, seed, x, y, rows)


if __name__ == "__main__":
    main()
