"""Times ExplaiNN in PyTorch: the paper's grouped formulation, and the best that was found.

    python train_peer.py --units 100 --length 200 --outputs 50 --batch 100 --threads 2 --which grouped [--inference]

Prints the median of sequences per second over the repeats.
"""
import argparse
import statistics
import time

import torch
from torch import nn
from torch.nn import functional

from grouped import Grouped


class Banked(nn.Module):
    """The same network without the U-fold repeat: one plain convolution, pooling before the exponential (the
    folded batch norm is monotone; where its scale is negative the minimum survives), batched products."""

    def __init__(self, units, length, outputs, width=19, pool=7, stride=7, hidden=100, dropout=0.3):
        super().__init__()
        cells = (length - width + 1 - pool) // stride + 1
        self.units, self.hidden, self.pool, self.stride = units, hidden, pool, stride
        self.conv = nn.Conv1d(4, units, width)
        self.norm0 = nn.BatchNorm1d(units)
        self.weight1 = nn.Parameter(torch.empty(units, cells, hidden).uniform_(-cells**-0.5, cells**-0.5))
        self.norm1 = nn.BatchNorm1d(units * hidden)
        self.weight2 = nn.Parameter(torch.empty(units, hidden, 1).uniform_(-hidden**-0.5, hidden**-0.5))
        self.norm2 = nn.BatchNorm1d(units)
        self.dropout = dropout
        self.final = nn.Linear(units, outputs)

    def forward(self, x):
        n = x.shape[0]
        c = self.conv(x)
        norm = self.norm0
        if self.training:
            variance, mean = torch.var_mean(c, (0, 2), unbiased=False)
            with torch.no_grad():
                m = c.numel() / self.units
                norm.running_mean.lerp_(mean, norm.momentum)
                norm.running_var.lerp_(variance * (m / (m - 1)), norm.momentum)
        else:
            mean, variance = norm.running_mean, norm.running_var
        scale = norm.weight * torch.rsqrt(variance + norm.eps)
        sign = torch.where(scale >= 0, 1.0, -1.0)[:, None]
        best = functional.max_pool1d(c * sign, self.pool, self.stride) * sign
        z = torch.exp((best - mean[:, None]) * scale[:, None] + norm.bias[:, None])
        y = torch.bmm(z.transpose(0, 1), self.weight1)  # (U, N, H)
        y = functional.relu(self.norm1(y.transpose(0, 1).reshape(n, -1)))
        y = functional.dropout(y, self.dropout, self.training).view(n, self.units, self.hidden)
        y = torch.bmm(y.transpose(0, 1), self.weight2).squeeze(2).transpose(0, 1)
        return self.final(functional.relu(self.norm2(y)))


def main():
    a = argparse.ArgumentParser()
    for name, value in (("units", 100), ("length", 200), ("outputs", 50), ("batch", 100), ("threads", 2),
                        ("repeats", 5), ("steps", 0)):
        a.add_argument("--" + name, type=int, default=value)
    a.add_argument("--which", choices=("grouped", "banked", "compiled"), default="grouped")
    a.add_argument("--inference", action="store_true")
    a.add_argument("--device", default="cpu", help="cpu or cuda")
    a.add_argument("--bf16", action="store_true", help="autocast to bfloat16")
    o = a.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    kind = Grouped if o.which == "grouped" else Banked
    model = kind(o.units, o.length, o.outputs).to(o.device)
    x = functional.one_hot(torch.randint(0, 4, (o.batch, o.length)), 4).transpose(1, 2).float().contiguous().to(o.device)
    y = (torch.rand(o.batch, o.outputs) < 0.3).float().to(o.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003, fused=o.which != "grouped")
    mode = "max-autotune" if o.device == "cuda" else "default"  # with CUDA graphs
    call = torch.compile(model, mode=mode) if o.which == "compiled" else model
    precision = torch.autocast(o.device, torch.bfloat16, enabled=o.bf16)
    model.train(not o.inference)

    def train():
        optimizer.zero_grad()
        with precision:
            loss = functional.binary_cross_entropy_with_logits(call(x).float(), y)
        loss.backward()
        optimizer.step()

    def infer():
        with torch.inference_mode(), precision:
            call(x)

    step = infer if o.inference else train
    def wait():
        if o.device == "cuda":
            torch.cuda.synchronize()

    for _ in range(3):
        step()
    wait()
    begin = time.perf_counter()
    step()
    wait()
    once = time.perf_counter() - begin
    steps = o.steps or max(3, int(0.7 / once))
    rates = []
    for _ in range(o.repeats):
        begin = time.perf_counter()
        for _ in range(steps):
            step()
        wait()
        rates.append(o.batch * steps / (time.perf_counter() - begin))
    print(f"{statistics.median(rates):.1f}")


if __name__ == "__main__":
    main()
