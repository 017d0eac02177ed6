"""Times DeepCNN (three convolutions, two hidden layers, 200 bases) in eager PyTorch.

    python deep_peer.py --outputs 50 --batch 100 --threads 2 [--inference]

Prints the median of sequences per second over the repeats.
"""
import argparse
import statistics
import time

import torch
from torch import nn
from torch.nn import functional


def deep_cnn(outputs):
    def conv(channels, filters, width):
        return [nn.Conv1d(channels, filters, width), nn.BatchNorm1d(filters), nn.ReLU(), nn.MaxPool1d(3, 3)]

    def dense(features, hidden):
        return [nn.Linear(features, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(0.3)]

    return nn.Sequential(*conv(4, 100, 19), *conv(100, 200, 7), *conv(200, 200, 4), nn.Flatten(),
                         *dense(1000, 1000), *dense(1000, 1000), nn.Linear(1000, outputs))


def main():
    a = argparse.ArgumentParser()
    for name, value in (("outputs", 50), ("batch", 100), ("threads", 2), ("repeats", 3)):
        a.add_argument("--" + name, type=int, default=value)
    a.add_argument("--inference", action="store_true")
    o = a.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    model = deep_cnn(o.outputs).train(not o.inference)
    x = functional.one_hot(torch.randint(0, 4, (o.batch, 200)), 4).transpose(1, 2).float().contiguous()
    y = (torch.rand(o.batch, o.outputs) < 0.3).float()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)

    def train():
        optimizer.zero_grad()
        functional.binary_cross_entropy_with_logits(model(x), y).backward()
        optimizer.step()

    def infer():
        with torch.inference_mode():
            model(x)

    step = infer if o.inference else train
    for _ in range(3):
        step()
    rates = []
    for _ in range(o.repeats):
        begin, steps = time.perf_counter(), 0
        while time.perf_counter() - begin < 0.7:
            step()
            steps += 1
        rates.append(o.batch * steps / (time.perf_counter() - begin))
    print(f"{statistics.median(rates):.1f}")


if __name__ == "__main__":
    main()
