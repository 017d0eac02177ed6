"""Times activations and motifs of an ExplaiNN's filters in PyTorch, as its paper's code describes them, or as well as
we could.

    python interpret_peer.py MODEL.safetensors SEQUENCES.fa[.gz] COUNT --threads 2 --which paper|vectorised [--out PWMS.tsv]

paper: the grouped convolution, batch norm and exponential of every position, kept in 16 bits; half of each unit's largest
is its threshold; one-hot windows of the hits are added up one by one. vectorised: one plain convolution, batches
reduced as they come, in 32 bits, hits gathered by unit. Both take one-hot sequences as given. Prints seconds.
"""
import argparse
import gzip
import os
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
from grouped import Exponential  # noqa: E402  (after the path is set)
from safetensors_file import read  # noqa: E402


def one_hot(path, count):
    """(N, 4, L) of the first sequences of a FASTA file; anything but A, C, G, T is zeros."""
    rows = []
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
        for line in file:
            if line[0] == ">":
                if len(rows) == count:
                    break
                rows.append("")
            else:
                rows[-1] += line.strip().upper()
    letters = np.frombuffer("".join(rows).encode(), dtype=np.uint8).reshape(len(rows), -1)
    return np.stack([letters == ord(c) for c in "ACGT"], axis=1).astype(np.float32)


def filters(tensors):
    """Convolution and batch norm of the units, as groups."""
    weight = tensors["linears.0.weight"]
    units, width = weight.shape[0], weight.shape[-1]
    conv = nn.Conv1d(4 * units, units, width, groups=units)
    norm = nn.BatchNorm1d(units)
    with torch.no_grad():
        conv.weight.copy_(torch.from_numpy(weight.reshape(units, 4, width).astype(np.float32)))
        conv.bias.copy_(torch.from_numpy(tensors["linears.0.bias"].astype(np.float32)))
        for part, name in ((norm.weight, "weight"), (norm.bias, "bias"), (norm.running_mean, "running_mean"),
                           (norm.running_var, "running_var")):
            part.copy_(torch.from_numpy(tensors["linears.1." + name].astype(np.float32)))
    return conv.eval(), norm.eval(), units, width


def as_in_the_paper(tensors, x, batch=100):
    conv, norm, units, width = filters(tensors)
    model = nn.Sequential(conv, norm, Exponential())
    activations = []
    with torch.no_grad():
        for first in range(0, len(x), batch):
            part = torch.from_numpy(x[first:first + batch]).repeat(1, units, 1)
            activations.append(model(part).numpy().astype(np.float16))
    activations = np.concatenate(activations)
    pwms = []
    for unit in range(units):
        of_unit = activations[:, unit]
        threshold = 0.5 * of_unit.max()
        pfm = np.zeros((4, width))
        for n in range(len(x)):
            for t in np.where(of_unit[n] > threshold)[0]:
                pfm += x[n, :, t:t + width]
        pwms.append(shares(pfm))
    return pwms


def vectorised(tensors, x, batch=500):
    conv, norm, units, width = filters(tensors)
    plain = nn.Conv1d(4, units, width)
    plain.weight, plain.bias = conv.weight, conv.bias
    letters = torch.from_numpy(x)
    with torch.inference_mode():
        def responses(first):
            return norm(plain(letters[first:first + batch]))

        top = torch.stack([responses(i).amax(dim=(0, 2)) for i in range(0, len(x), batch)]).amax(dim=0)
        cut = (top + np.log(0.5))[:, None]
        pfms = torch.zeros(units, 4, width, dtype=torch.float64)
        for first in range(0, len(x), batch):
            n, unit, t = torch.nonzero(responses(first) > cut, as_tuple=True)
            windows = letters[first:first + batch].unfold(2, width, 1)[n, :, t]
            pfms.index_add_(0, unit, windows.double())
    return [shares(pfm) for pfm in pfms.numpy()]


def shares(pfm):
    total = pfm.sum(axis=0)
    return np.where(total > 0, pfm / np.where(total > 0, total, 1), 0.25).T


def main():
    a = argparse.ArgumentParser()
    a.add_argument("model")
    a.add_argument("sequences")
    a.add_argument("count", type=int)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--which", choices=("paper", "vectorised"), default="paper")
    a.add_argument("--out")
    o = a.parse_args()
    torch.set_num_threads(o.threads)
    x = one_hot(o.sequences, o.count)
    tensors = read(o.model)[1]
    work = as_in_the_paper if o.which == "paper" else vectorised
    work(tensors, x[:200])  # threads and buffers are there before the clock runs
    begin = time.perf_counter()
    pwms = work(tensors, x)
    print(f"{time.perf_counter() - begin:.5f}")
    if o.out:
        np.savetxt(o.out, np.concatenate(pwms), fmt="%.17g", delimiter="\t")


if __name__ == "__main__":
    main()
