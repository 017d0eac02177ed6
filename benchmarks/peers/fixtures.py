"""Small values of PyTorch in float64 that tests/train is held to.

    python fixtures.py tests/data/train_golden/fixtures.safetensors
"""
import sys

import torch
from torch.nn import functional

import safetensors_file

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
found = {}


def schedule(name, steps, make):
    p = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([p], lr=1.0)
    rule = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        rule.step()
    found["schedule/" + name] = torch.tensor(rates)


rules = torch.optim.lr_scheduler
schedule("step", 25, lambda o: rules.StepLR(o, 10, 0.1))
schedule("exponential", 25, lambda o: rules.ExponentialLR(o, 0.9))
schedule("cosine", 40, lambda o: rules.CosineAnnealingLR(o, 40, 0.05))
schedule("one_cycle", 40, lambda o: rules.OneCycleLR(o, 1.0, total_steps=40, cycle_momentum=False))

start, gradients = torch.randn(7), torch.randn(6, 7)
gradients[:, 2] = 0
gradients[:, 3] *= 1e-9
found["optimizer/start"], found["optimizer/gradients"] = start, gradients
for name, make in (
        ("adam", lambda p: torch.optim.Adam(p, lr=0.003)),
        ("adam_other", lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-4)),
        ("adamw", lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1)),
        ("sgd", lambda p: torch.optim.SGD(p, lr=0.01)),
        ("momentum", lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)),
        ("nesterov", lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True)),
):
    p = torch.nn.Parameter(start.clone())
    optimizer = make([p])
    after = []
    for g in gradients:
        p.grad = g.clone()
        optimizer.step()
        after.append(p.detach().clone())
    found["optimizer/" + name] = torch.stack(after)


def pearson(x, y):
    x, y = x - x.mean(1, keepdim=True), y - y.mean(1, keepdim=True)
    return (1 - functional.cosine_similarity(x, y, eps=1e-6)).sum()


n, o = 6, 4
real = torch.randn(n, o).float().double()
yes = (torch.rand(n, o) < 0.4).double()
counts = torch.poisson(torch.full((n, o), 2.0))
classes = torch.randint(0, o, (n,))
logits = torch.randn(n, o) * 2
logits[0, 0], logits[1, 1] = 40.0, -40.0
found["loss/logits"] = logits
for name, labels, f in (
        ("bce", yes, functional.binary_cross_entropy_with_logits),
        ("cross_entropy", functional.one_hot(classes, o).double(), functional.cross_entropy),
        ("mean_squared_error", real, functional.mse_loss),
        ("huber", real, lambda x, y: functional.huber_loss(x, y, delta=1.5)),
        ("poisson", counts, lambda x, y: functional.poisson_nll_loss(x / 10, y)),
        ("pearson", real, pearson),
):
    x = logits.clone().requires_grad_()
    value = f(x, labels)
    value.backward()
    found[f"loss/{name}/labels"] = labels
    found[f"loss/{name}/value"] = value.detach().reshape(1)
    found[f"loss/{name}/gradient"] = x.grad.clone()

# the clipped norm and the loss of a step, for the trainer's own clipping
p = torch.nn.Parameter(torch.zeros(7))
p.grad = gradients[0].clone()
found["clip/norm"] = torch.nn.utils.clip_grad_norm_([p], 0.5).reshape(1)
found["clip/clipped"] = p.grad.clone()

safetensors_file.write(sys.argv[1], {k: v.numpy() for k, v in found.items()}, {"torch": torch.__version__})
