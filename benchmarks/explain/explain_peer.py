"""Times saturation mutagenesis of ExplaiNN in PyTorch: every mutant through the best formulation that was found, or
tangermeme on the paper's module.

    python explain_peer.py MODEL.safetensors SEQUENCES.fa[.gz] COUNT --threads 2 --which best|compiled|tangermeme [--batch N] [--out CHANGES.npy]

best: the network of benchmarks/peers/train_peer.py (pool before the exponential, batched products) on all 3 L
substitutions of each sequence, written in place into one array of mutants. compiled: the same under torch.compile.
tangermeme: its saturation_mutagenesis on the grouped module of the paper. Prints seconds for COUNT sequences; CHANGES.npy
gets the changes of logits (N, 4, L, O) in the order (N, L, 4, O).
"""
import argparse
import os
import sys
import time

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interpret"))
from grouped import Grouped  # noqa: E402  (after the path is set)
from interpret_peer import one_hot  # noqa: E402
from safetensors_file import read  # noqa: E402
from train_peer import Banked  # noqa: E402


def grouped_of(tensors, length):
    units = tensors["linears.0.weight"].shape[0]
    model = Grouped(units, length, tensors["final.weight"].shape[0])
    state = model.state_dict()
    for name, values in state.items():
        if name in tensors:
            values.copy_(torch.from_numpy(np.asarray(tensors[name], dtype=np.float32)).reshape(values.shape))
    model.load_state_dict(state)
    return model.eval()


def banked_of(grouped):
    """The same numbers in the layout of the fast formulation."""
    layers = grouped.linears
    conv, norm0 = layers[0], layers[1]
    dense = [layer for layer in layers if isinstance(layer, torch.nn.Conv1d)][1:]
    norms = [layer for layer in layers if isinstance(layer, torch.nn.BatchNorm1d)][1:]
    units, hidden = grouped.units, dense[0].weight.shape[0] // grouped.units
    outputs = grouped.final.weight.shape[0]
    length = 200
    model = Banked(units, length, outputs, hidden=hidden)
    with torch.no_grad():
        model.conv.weight.copy_(conv.weight)
        model.conv.bias.copy_(conv.bias)
        model.norm0.load_state_dict(norm0.state_dict())
        model.weight1.copy_(dense[0].weight.view(units, hidden, -1).transpose(1, 2))
        model.norm1.load_state_dict(norms[0].state_dict())
        model.norm1.running_mean -= dense[0].bias
        model.weight2.copy_(dense[1].weight.view(units, 1, hidden).transpose(1, 2))
        model.norm2.load_state_dict(norms[1].state_dict())
        model.norm2.running_mean -= dense[1].bias
        model.final.load_state_dict(grouped.final.state_dict())
    return model.eval()


def every_mutant(model, x, batch):
    """Changes of logits (N, L, 4, O) by running all substitutions of a few sequences together."""
    n, _, length = x.shape
    changes = []
    with torch.inference_mode():
        before = torch.cat([model(x[i:i + 512]) for i in range(0, n, 512)])
        position = torch.arange(length).repeat_interleave(3)
        for i in range(n):
            base = x[i].argmax(0)
            other = (base.repeat_interleave(3) + 1 + torch.arange(3).repeat(length)) % 4
            mutants = x[i].expand(3 * length, 4, length).clone()
            rows = torch.arange(3 * length)
            mutants[rows, :, position] = 0
            mutants[rows, other, position] = 1
            y = torch.cat([model(mutants[k:k + batch]) for k in range(0, 3 * length, batch)])
            here = torch.zeros(length, 4, y.shape[1])
            here[position, other] = y - before[i]
            changes.append(here)
    return torch.stack(changes)


def by_tangermeme(model, x, batch):
    from tangermeme.saturation_mutagenesis import saturation_mutagenesis
    y0, mutants = saturation_mutagenesis(model, x, raw_outputs=True, batch_size=batch, device="cpu", verbose=False)
    change = mutants - y0.reshape(len(x), 1, 1, -1)
    return change.permute(0, 2, 1, 3)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("model")
    a.add_argument("sequences")
    a.add_argument("count", type=int)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--which", choices=("best", "compiled", "tangermeme"), default="best")
    a.add_argument("--batch", type=int, default=600)
    a.add_argument("--out")
    o = a.parse_args()
    torch.set_num_threads(o.threads)
    x = torch.from_numpy(one_hot(o.sequences, o.count))
    grouped = grouped_of(read(o.model)[1], x.shape[2])
    if o.which == "tangermeme":
        work, model = by_tangermeme, grouped
    else:
        work, model = every_mutant, banked_of(grouped)
        with torch.inference_mode():
            off = (model(x[:8]) - grouped(x[:8])).abs().max().item()
        if not off < 1e-3:
            sys.exit(f"error: the two formulations differ by {off}")
        if o.which == "compiled":
            model = torch.compile(model)
    work(model, x[:2], o.batch)  # threads, buffers and compiled code are there before the clock runs
    begin = time.perf_counter()
    changes = work(model, x, o.batch)
    print(f"{time.perf_counter() - begin:.5f}")
    if o.out:
        np.save(o.out, changes.numpy().astype(np.float32))


if __name__ == "__main__":
    main()
