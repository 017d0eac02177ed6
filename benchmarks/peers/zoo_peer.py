"""Times a network of the zoo in eager PyTorch, at the length and with the outputs that it was published for.

    python zoo_peer.py danq --batch 100 --threads 2 [--inference]

Prints the median of sequences per second over the repeats.
"""
import argparse
import statistics
import time

import torch
from torch.nn import functional
from zoo_networks import NETWORKS

SIZES = {"cnn1": (200, 50), "cnn1-exp": (200, 50), "deepcnn": (200, 50), "danq": (200, 50), "danq2": (200, 50),
         "deepstarr": (249, 2), "ai-tac": (251, 81), "legnet": (230, 1)}


def main():
    a = argparse.ArgumentParser()
    a.add_argument("name", choices=SIZES)
    for name, value in (("batch", 100), ("threads", 2), ("repeats", 3)):
        a.add_argument("--" + name, type=int, default=value)
    a.add_argument("--inference", action="store_true")
    o = a.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    length, outputs = SIZES[o.name]
    model = NETWORKS[o.name](length, outputs).train(not o.inference)
    x = functional.one_hot(torch.randint(0, 4, (o.batch, length)), 4).transpose(1, 2).float().contiguous()
    y = (torch.rand(o.batch, outputs) < 0.3).float()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)

    def train():
        optimizer.zero_grad()
        functional.binary_cross_entropy_with_logits(model(x), y).backward()
        optimizer.step()

    def infer():
        with torch.inference_mode():
            model(x)

    step = infer if o.inference else train
    for _ in range(2):
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
