"""The model and training of train_task --task regression in PyTorch, on microarrays (benchmarks/peers has the model).

    python pbm_peer.py TRAIN.txt.gz TEST.txt.gz [--quantile-transform] [--seeds 1 2 3] [--epochs 8] [--patience 3] [--threads 1]

Prints the Spearman correlation on the test array, a line per seed. The defaults are those of benchmarks/pbm/run.sh.
"""
import argparse
import copy
import gzip
import os
import sys

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../peers"))
from train_peer import Banked


def ranks(x):
    """Ranks from 0, ties in the middle of theirs."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts + 1) / 2)[inverse]


def read(path, quantiles):
    probes, signals = [], []
    with gzip.open(path, "rt") as file:
        for line in file:
            probe, signal = line.rstrip("\n").split("\t")[:2]
            if signal.lower() not in ("", "nan"):
                probes.append(probe)
                signals.append(float(signal))
    codes = np.array([[["A", "C", "G", "T"].index(c) for c in p] for p in probes])
    hot = torch.nn.functional.one_hot(torch.from_numpy(codes), 4).transpose(1, 2).float()
    y = np.array(signals)
    if quantiles:
        y = ranks(y) / (len(y) - 1)
    return hot, torch.from_numpy(y).float().reshape(-1, 1)


def train(given, seed, x, y, test_x, test_y):
    torch.manual_seed(seed)
    order = torch.randperm(len(y))
    valid, rest = order[:len(y) // 10], order[len(y) // 10:]
    model = Banked(given.units, x.shape[2], 1, width=given.width)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    best, best_epoch, kept = float("inf"), 0, None

    def predict(inputs):
        model.eval()
        with torch.no_grad():
            return torch.cat([model(part) for part in inputs.split(1000)])

    for epoch in range(1, given.epochs + 1):
        model.train()
        for rows in rest[torch.randperm(len(rest))].split(given.batch):
            if len(rows) < 2:
                continue
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(x[rows]), y[rows]).backward()
            optimizer.step()
        loss = torch.nn.functional.mse_loss(predict(x[valid]), y[valid]).item()
        print(f"epoch {epoch}: validation loss {loss:.6g}", file=sys.stderr, flush=True)
        if loss < best:
            best, best_epoch, kept = loss, epoch, copy.deepcopy(model.state_dict())
        elif epoch >= best_epoch + given.patience:
            break
    model.load_state_dict(kept)
    said = predict(test_x).numpy().ravel()
    print(f"{np.corrcoef(ranks(said), ranks(test_y.numpy().ravel()))[0, 1]:.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--quantile-transform", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--patience", type=int, default=3)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--width", type=int, default=19)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    x, y = read(given.train, given.quantile_transform)
    test_x, test_y = read(given.test, given.quantile_transform)
    for seed in given.seeds:
        train(given, seed, x, y, test_x, test_y)


main()
