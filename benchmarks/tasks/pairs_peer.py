"""Units, then pairs of them, in PyTorch: the network and recipe of train_task --recipe recommended --pairs, for a regression.

    python pairs_peer.py FOLDER --pairs 10 [--one-strand] [--units 50] [--seeds 1 2 3]

FOLDER holds sequences.fa.gz, labels.tsv.gz and split.tsv. Prints, for each seed, "seed, units or pairs, PCC of each column" of the test part. AdamW
(0.003, decay 0.03 on weights), a cosine rate with a warm-up over 5 % of the steps, 24 epochs of which the best by validation loss is kept, sequences moved by up to
10 bases, and the moving average (0.999) of the weights as the model that is evaluated; pairs are chosen by the score test of docs/pairs.md and
everything is trained on for a third of the epochs at a third of the rate.
"""
import argparse
import copy
import math
import sys

import torch
from torch import nn
from torch.nn import functional

from task_peer import Banked, correlation, read


class Paired(Banked):
    """The paper's units and, once there are pairs, a unit for each: batch norm, products by distance, batch norm, dense layer."""

    pairs = None

    def add_pairs(self, pairs, outputs):
        self.pairs, count = pairs, len(pairs)
        cells = self.weight1.shape[1]
        self.pair_norm0 = nn.BatchNorm1d(2 * count)
        self.pair_norm1 = nn.BatchNorm1d(count)  # over samples and distances, as one channel a unit
        bound = (2 * cells - 1) ** -0.5
        self.pair_weight = nn.Parameter(torch.empty(count, 2 * cells - 1).uniform_(-bound, bound))
        self.pair_bias = nn.Parameter(torch.empty(count).uniform_(-bound, bound))
        self.pair_final = nn.Parameter(torch.zeros(outputs, count))

    def cells(self, x):
        c = functional.max_pool1d(torch.exp(self.norm0(self.conv(x))), self.pool, self.stride)
        return c  # (N, U, cells)

    def features(self, cells):
        n = cells.shape[0]
        y = torch.bmm(cells.permute(1, 0, 2), self.weight1)
        y = functional.relu(self.norm1(y.transpose(0, 1).reshape(n, -1)))
        y = functional.dropout(y, self.dropout, self.training).view(n, self.units, self.hidden)
        y = torch.bmm(y.transpose(0, 1), self.weight2).squeeze(2).transpose(0, 1)
        return functional.relu(self.norm2(y))

    def forward(self, x):
        cells = self.cells(x)
        said = self.final(self.features(cells))
        if self.pairs is None:
            return said
        n, count, length = len(x), len(self.pairs), cells.shape[2]
        both = torch.stack([cells[:, self.pairs[:, 0]], cells[:, self.pairs[:, 1]]], 2)  # (N, P, 2, cells)
        both = self.pair_norm0(both.reshape(n, 2 * count, length)).view(n, count, 2, length)
        # the cross-correlation of both tracks: y(d) = sum over l of a(l) b(l + d)
        padded = functional.pad(both[:, :, 1], (length - 1, length - 1)).reshape(1, n * count, -1)
        y = functional.conv1d(padded, both[:, :, 0].reshape(n * count, 1, length), groups=n * count).view(n, count, -1)
        y = (self.pair_norm1(y) * self.pair_weight).sum(2) + self.pair_bias
        return said + y @ self.pair_final.T


def flipped(x):
    return torch.flip(x, (1, 2))


def moved(x, most):
    """Every sequence moved by up to `most` bases; zeros come in."""
    length = x.shape[2]
    by = torch.randint(0, 2 * most + 1, (len(x), 1))
    at = by + torch.arange(length)
    return functional.pad(x, (most, most)).gather(2, at[:, None].expand(-1, 4, -1))


def predict(model, x, both):
    model.eval()
    with torch.no_grad():
        return torch.cat([(model(b) + model(flipped(b))) / 2 if both else model(b) for b in x.split(500)])


def squared_error(said, y):
    there = ~torch.isnan(y)
    return functional.mse_loss(said[there], y[there])


def fit(model, x, y, rows, both, epochs, rate):
    """Trains, and leaves the best epoch's average in the model."""
    decayed = [p for n, p in model.named_parameters() if p.dim() > 1]
    others = [p for n, p in model.named_parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.03}, {"params": others, "weight_decay": 0}], lr=rate)
    train = rows["train"]
    samples = torch.cat([train, train + len(x)]) if both else train
    steps, step, average, best = epochs * math.ceil(len(samples) / 100), 0, None, float("inf")
    for epoch in range(epochs):
        model.train()
        for some in samples[torch.randperm(len(samples))].split(100):
            if len(some) < 2:
                continue
            share = step / steps
            factor = (step + 1) / (0.05 * steps + 1) if share < 0.05 else 0.5 * (1 + math.cos(math.pi * (share - 0.05) / 0.95))
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
            batch = moved(x[some % len(x)], 10)
            batch[some >= len(x)] = flipped(batch[some >= len(x)])
            optimizer.zero_grad()
            squared_error(model(batch), y[some % len(x)]).backward()
            optimizer.step()
            decay = min(0.999, step / (step + 9))
            step += 1
            with torch.no_grad():
                now = model.state_dict()
                if average is None:
                    average = copy.deepcopy(now)
                for name, value in now.items():
                    if value.is_floating_point():
                        average[name].lerp_(value, 1 - decay)
        running = copy.deepcopy(model.state_dict())
        model.load_state_dict(average)
        loss = squared_error(predict(model, x[rows["valid"]], both), y[rows["valid"]]).item()
        print(f"epoch {epoch + 1}: validation loss {loss:.5g}", file=sys.stderr, flush=True)
        if loss < best:
            best, kept = loss, copy.deepcopy(average)
        model.load_state_dict(running)
    model.load_state_dict(kept)


def screen(model, x, y, both, most):
    """The pairs whose products explain most of the residuals (docs/pairs.md, The score of a pair)."""
    model.eval()
    with torch.no_grad():
        cells = torch.cat([model.cells(b) for b in x.split(500)]).double()
        out = torch.cat([model.features(c.float()) for c in cells.split(500)]).double()
        r = torch.nan_to_num(y - predict(model, x, both)).double()
    out, cells = out - out.mean(0), cells - cells.mean(0)
    behind = torch.stack([functional.pad(cells[:, :, k:], (0, k)) for k in range(4)]).sum(0)
    units, score = out.shape[1], torch.zeros(out.shape[1], out.shape[1], dtype=torch.double)
    for i in range(units):
        for p in (out[:, i, None] * out, (cells[:, i, None] * behind).sum(2)):
            s = (r.T @ p) ** 2 / ((p**2).sum(0) * (r**2).mean(0)[:, None] + 1e-300)
            score[i] = torch.maximum(score[i], s.max(0).values)
    score = torch.maximum(score, score.T).triu(1)
    best = score.flatten().argsort(descending=True)[:most]
    return torch.stack([best // units, best % units], 1)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("folder")
    a.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    for name, value in (("pairs", 10), ("units", 50), ("epochs", 24), ("threads", 1)):
        a.add_argument("--" + name, type=int, default=value)
    a.add_argument("--one-strand", action="store_true")
    o = a.parse_args()
    torch.set_num_threads(o.threads)
    x, y, rows = read(o.folder)
    both = not o.one_strand
    for seed in o.seeds:
        torch.manual_seed(seed)
        model = Paired(o.units, x.shape[2], y.shape[1])

        def tell(what):
            said, labels = predict(model, x[rows["test"]], both).double(), y[rows["test"]].double()
            columns = [correlation(said[:, c][~torch.isnan(labels[:, c])].numpy(), labels[:, c][~torch.isnan(labels[:, c])].numpy()) for c in range(y.shape[1])]
            print("\t".join([str(seed), what] + [f"{c:.4f}" for c in columns]), flush=True)

        fit(model, x, y, rows, both, o.epochs, 0.003)
        tell("units")
        model.add_pairs(screen(model, x[rows["train"]], y[rows["train"]], both, o.pairs), y.shape[1])
        fit(model, x, y, rows, both, max(1, o.epochs // 3), 0.001)
        tell("pairs")


main()
