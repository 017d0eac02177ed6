"""Sequences of one length from a FASTA file, gzipped or not, as one-hot arrays."""
import gzip

import numpy as np
import torch
from torch.nn import functional

CODE = np.full(256, 4)
for i, base in enumerate("ACGT"):
    CODE[ord(base)] = CODE[ord(base.lower())] = i


def read_fasta(path, wanted=lambda name: True):
    """The names of the wanted sequences and their bases, one-hot (N, 4, L); other letters than A, C, G and T are zeros."""
    names, rows = [], []
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
        for line in file:
            if line[0] == ">":
                name = line[1:].split()[0]
            elif wanted(name):
                names.append(name)
                rows.append(CODE[np.frombuffer(line.strip().encode(), dtype=np.uint8)])
    hot = functional.one_hot(torch.from_numpy(np.stack(rows)), 5)[:, :, :4]
    return names, hot.transpose(1, 2).float().contiguous()
