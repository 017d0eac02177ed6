"""Losses of one of the paper's other models trained in PyTorch on the data of run.sh, beside those of OUT/MODEL_SEED/losses.tsv.

    python benchmarks/comparison/losses_in_pytorch.py OUT MODEL [--rate 0.003] [--epochs 2] [--seed 1] [--threads 1]

OUT is run.sh's folder, with sequences.fa and labels.tsv. Adam, batches of 100, one strand; chr22 is the validation, chr19 is left out. --epochs 0
prints what a constant would lose.
"""
import argparse
import os
import sys
import time

import numpy as np
import torch
from torch.nn import functional

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../peers"))
from fasta import read_fasta
from zoo_networks import NETWORKS


def read(folder):
    """One-hot sequences (N, 4, L), labels (N, O) and chromosomes."""
    with open(os.path.join(folder, "labels.tsv")) as file:
        next(file)
        values = {name: [float(v) for v in rest] for name, *rest in (line.rstrip("\n").split("\t") for line in file)}
    names, hot = read_fasta(os.path.join(folder, "sequences.fa"))
    return hot, torch.tensor([values[n] for n in names]), np.array([n.split(":")[0] for n in names])


def main():
    a = argparse.ArgumentParser()
    a.add_argument("folder")
    a.add_argument("model")
    a.add_argument("--rate", type=float, default=0.003)
    a.add_argument("--epochs", type=int, default=2)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--threads", type=int, default=1)
    o = a.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    x, y, chromosome = read(o.folder)
    train = torch.from_numpy(np.nonzero((chromosome != "chr22") & (chromosome != "chr19"))[0])
    valid = torch.from_numpy(np.nonzero(chromosome == "chr22")[0])
    model = NETWORKS[o.model](x.shape[2], y.shape[1])
    adam = torch.optim.Adam(model.parameters(), lr=o.rate)
    print(f"# {o.model}, rate {o.rate}: {len(train)} rows of training, {len(valid)} of validation, seed {o.seed}")
    always = functional.binary_cross_entropy(y[train].mean(0).expand(len(valid), -1), y[valid]).item()
    print(f"# always to say how often a factor is bound in training: a loss of {always:.6f} on chr22")
    print("epoch\ttrain_loss\tvalid_loss\tseconds")
    for epoch in range(1, o.epochs + 1):
        began = time.time()
        model.train()
        losses = []
        for batch in train[torch.randperm(len(train))].split(100):
            loss = functional.binary_cross_entropy_with_logits(model(x[batch]), y[batch])
            adam.zero_grad()
            loss.backward()
            adam.step()
            losses.append(loss.item())
        model.eval()
        with torch.no_grad():
            logits = torch.cat([model(x[b]) for b in valid.split(500)])
        loss = functional.binary_cross_entropy_with_logits(logits, y[valid]).item()
        print(f"{epoch}\t{np.mean(losses):.6f}\t{loss:.6f}\t{time.time() - began:.1f}", flush=True)


main()
