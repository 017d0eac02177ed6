"""Makes zoo.safetensors, what PyTorch computes with the networks of the zoo: python3 make_zoo.py (needs torch).

With arguments it loads state dicts strictly and saves what the networks say: make_zoo.py NAME LENGTH OUTPUTS MODEL LOGITS.
The parameters are not stored: tensor k in the order of the names, its element i, comes from
draw(i, k), a number in [-1/2, 1/2) that mixes the bits of both. Weights are draw 2 / sqrt(numbers of one output), running
variances 1 + draw, scales of batch norm 1 + draw / 5, all others draw / 5. Letter i of all sequences is draw(i, 1000) in quarters.
Of every gradient the file has its norm and its sum weighted by the draws of tensor 0. Dropout is off. A float_error is the worst that
PyTorch's floats have over eight orders of the sequences, which are mathematically the same numbers.
"""
import os
import sys

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../benchmarks/peers"))
import safetensors_file
from zoo_networks import NETWORKS

LENGTHS = {"cnn1": 60, "cnn1-exp": 60, "deepcnn": 93, "danq": 55, "danq2": 55, "deepstarr": 40, "ai-tac": 60, "legnet": 34}
ROWS, OUTPUTS = 6, 2


def draws(count, k):
    x = (np.arange(count, dtype=np.uint64) * 2654435761 + np.uint64(k) * 40503 + 12345) & 0xffffffff
    for factor in (2246822519, 3266489917):
        x = ((x ^ (x >> np.uint64(15))) * factor) & 0xffffffff
    x ^= x >> np.uint64(16)
    return x / 2.0**32 - 0.5


def letters_of(length):
    return np.floor(4 * (draws(ROWS * length, 1000) + 0.5)).astype(np.int64).reshape(ROWS, length)


def hot(letters, dtype):
    return torch.nn.functional.one_hot(torch.from_numpy(letters), 4).transpose(1, 2).to(dtype).contiguous()


def fill(model, dtype):
    state = model.state_dict()
    norms = [name for name, m in model.named_modules() if isinstance(m, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d))]
    for k, name in enumerate(sorted(n for n in state if not n.endswith("num_batches_tracked"))):
        t, d = state[name], draws(state[name].numel(), k)
        module, last = name.rsplit(".", 1)
        if last == "running_var":
            d = 1 + d
        elif module in norms and last == "weight":
            d = 1 + d / 5
        elif t.dim() > 1:
            d = d * (2 / np.sqrt(t.numel() // t.shape[0]))
        else:
            d = d / 5
        state[name] = torch.from_numpy(d).reshape(t.shape).to(dtype)
    model.to(dtype).load_state_dict(state)


def values(name, dtype, order=None):
    order = list(range(ROWS)) if order is None else order
    back = np.argsort(order)
    torch.manual_seed(1)
    model = NETWORKS[name](LENGTHS[name], OUTPUTS, dropout=False)
    fill(model, dtype)
    x = hot(letters_of(LENGTHS[name]), dtype)[order]
    y = torch.tensor([[0, 1], [1, 1], [1, 0], [0, 0], [1, 0], [0, 1]], dtype=dtype)[order]
    out = {"eval_logits": model.eval()(x)}
    out["train_logits"] = model.train()(x)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(out["train_logits"], y)
    loss.backward()
    out = {key: value[back] for key, value in out.items()}
    out["loss"] = loss.reshape(1)
    gradients = {n: p.grad.double().numpy().ravel() for n, p in model.named_parameters()}
    out["gradients"] = torch.tensor([[np.sqrt((g * g).sum()), (g * draws(g.size, 0)).sum()] for n, g in sorted(gradients.items())])
    return {key: value.detach().double().numpy() for key, value in out.items()}


def main():
    tensors = {}
    for name in NETWORKS:
        exact = values(name, torch.float64)
        rough = [values(name, torch.float32, np.random.RandomState(k).permutation(ROWS)) for k in range(8)]
        for key, value in exact.items():
            tensors[f"{name}/{key}"] = value
            tensors[f"{name}/{key}/float_error"] = np.array([max(np.abs(each[key] - value).max() for each in rough)])
    safetensors_file.write("zoo.safetensors", tensors, {})


def load():
    name, length, outputs, model_path, logits_path = sys.argv[1:6]
    model = NETWORKS[name](int(length), int(outputs))
    state = {n: torch.from_numpy(x) for n, x in safetensors_file.read(model_path)[1].items()}
    model.load_state_dict(state)
    np.save(logits_path, model.eval()(hot(letters_of(int(length)), torch.float32)).detach().numpy())


if __name__ == "__main__":
    load() if len(sys.argv) > 1 else main()
