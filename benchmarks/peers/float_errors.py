"""The error PyTorch itself makes in float32 against the golden values of training.

    python float_errors.py FOLDER_OF_GOLDEN_FILES... > tests/data/train_golden/float_errors.tsv

A line a tensor: the largest difference over the largest magnitude of the golden tensor. Elements whose golden
gradient is below 1e-12 (biases before a batch norm) and the running means they feed are left out. Rounding is
chance: each value is the worst over ORDERS orders of the batch's sequences, which are the same numbers to mathematics.
"""
import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional

import safetensors_file
from grouped import Grouped

ORDERS = 16


def loss_of(name, logits, labels):
    if name == "CE":
        return functional.cross_entropy(logits, labels.long())  # labels are class numbers
    if name == "MSE":
        return functional.mse_loss(logits, labels)
    if name == "Poisson":
        return functional.poisson_nll_loss(logits, labels)
    if name == "Pearson":
        x = logits - logits.mean(1, keepdim=True)
        y = labels - labels.mean(1, keepdim=True)
        return (1 - functional.cosine_similarity(x, y, eps=1e-6)).sum()
    there = ~torch.isnan(labels)
    return functional.binary_cross_entropy_with_logits(logits[there], labels[there])


def model_of(m, tensors, dtype):
    n = {k: int(m[k]) for k in ("units", "length", "outputs", "width", "num_fc", "pool", "stride")}
    model = Grouped(dropout=0, **n).to(dtype)
    model.load_state_dict({k[8:]: torch.from_numpy(v).to(dtype if v.dtype == np.float64 else torch.int64)
                           for k, v in tensors.items() if k.startswith("initial/")})
    return model


def run(m, tensors, dtype, order=None):
    """Everything a golden file holds, computed in dtype with the sequences of each batch in this order."""
    letters = torch.from_numpy(tensors["letters"]).long()
    x = functional.one_hot(letters, 5)[..., :4].transpose(2, 3).to(dtype)
    y = torch.from_numpy(tensors["labels"]).to(dtype)
    if order is None:
        order = torch.arange(x.shape[1])
    x, y, back = x[:, order], y[:, order], torch.argsort(order)
    found = {}
    model = model_of(m, tensors, dtype)
    found["eval_logits"] = model.eval()(x[0])[back]
    found["train_logits"] = model.train()(x[0])[back]
    for which, make in (("adam", lambda p: torch.optim.Adam(p, lr=float(m["adam_lr"]))),
                        ("sgd", lambda p: torch.optim.SGD(p, lr=float(m["sgd_lr"])))):
        model = model_of(m, tensors, dtype).train()
        optimizer = make(model.parameters())
        losses = []
        for t in range(10):
            optimizer.zero_grad()
            loss = loss_of(m["loss"], model(x[t]), y[t])
            loss.backward()
            losses.append(loss.detach())
            if t == 0:
                for name, p in model.named_parameters():
                    found["gradient/" + name] = p.grad.clone()
            optimizer.step()
            if t in (0, 9):
                for name, value in model.state_dict().items():
                    if "num_batches" not in name:
                        found[f"{which}_after_{t + 1}/{name}"] = value.clone()
        found[which + "_losses"] = torch.stack(losses)
    return {k: v.detach().double().numpy() for k, v in found.items()}


def exempt(tensors, name):
    part = name.split("/")[-1]
    if "gradient/" + part in tensors:
        return np.abs(tensors["gradient/" + part]) < 1e-12
    if part.endswith("running_mean"):
        module, number = part.removesuffix(".running_mean").rsplit(".", 1)
        return np.abs(tensors[f"gradient/{module}.{int(number) - 1}.bias"]) < 1e-12
    return np.zeros_like(tensors[name], dtype=bool)


def main():
    torch.set_num_threads(1)
    print("case\ttensor\terror")
    for folder in sys.argv[1:]:
        for path in sorted(pathlib.Path(folder).glob("*.safetensors")):
            m, tensors = safetensors_file.read(path)
            if "num_fc" not in m:
                continue
            check = run(m, tensors, torch.float64)
            worst = {}
            for seed in range(ORDERS):
                order = torch.randperm(tensors["letters"].shape[1], generator=torch.Generator().manual_seed(seed))
                for name, value in run(m, tensors, torch.float32, order).items():
                    golden = tensors[name]
                    keep = ~exempt(tensors, name)
                    scale = np.abs(golden).max() or 1.0
                    if keep.any():
                        exact = np.abs(check[name] - golden)[keep].max() / scale
                        if exact > (1e-6 if "10" in name or "losses" in name else 1e-9):
                            sys.exit(f"{path}: {name}: float64 itself is off by {exact:g}")
                    error = np.abs(value - golden)[keep].max() / scale if keep.any() else 0.0
                    worst[name] = max(worst.get(name, 0.0), error)
            for name, error in worst.items():
                print(f"{path.stem}\t{name}\t{error:.3g}")


main()
