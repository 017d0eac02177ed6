"""Small values of PyTorch in float64 that tests/unit/train is held to.

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
schedule("warm_cosine", 100, lambda o: rules.SequentialLR(o, [
    rules.LinearLR(o, 1 / 21, 1.0, 20), rules.CosineAnnealingLR(o, 80, 0.05)], [20]))

# the rate after each validation loss
losses = [1.0, 0.8, 0.9, 0.85, 0.8, 0.82, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.69, 0.7]
optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
rule = rules.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, threshold=0)
found["plateau/losses"], rates = torch.tensor(losses), []
for loss in losses:
    rule.step(loss)
    rates.append(optimizer.param_groups[0]["lr"])
found["plateau/rates"] = torch.tensor(rates)

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
        ("rmsprop", lambda p: torch.optim.RMSprop(p, lr=0.01)),
        ("rmsprop_momentum", lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-4, momentum=0.9)),
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
        ("positive_weights", yes, lambda x, y: functional.binary_cross_entropy_with_logits(
            x, y, weight=torch.tensor([1.0, 2.0, 0.5, 3.0]), pos_weight=torch.tensor([4.0, 1.0, 0.25, 2.0]))),
        ("class_weights", functional.one_hot(classes, o).double(), lambda x, y: functional.cross_entropy(
            x, classes, weight=torch.tensor([4.0, 1.0, 0.25, 2.0]))),
        # two heads: the mean over all terms, those of the second counting half
        ("joint", torch.cat([yes[:, :3], real[:, 3:]], 1), lambda x, y: (
            functional.binary_cross_entropy_with_logits(x[:, :3], y[:, :3], reduction="sum")
            + 0.5 * functional.mse_loss(x[:, 3:], y[:, 3:], reduction="sum")) / (3 * n + 0.5 * n)),
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

# every activation with its slope
grid = torch.cat([torch.linspace(-6, 6, 37), torch.tensor([-30.0, 30.0])])
for name, f in (("identity", lambda x: x * 1), ("exponential", torch.exp), ("relu", functional.relu),
                ("elu", functional.elu), ("softplus", functional.softplus), ("sigmoid", torch.sigmoid),
                ("tanh", torch.tanh), ("gelu", functional.gelu), ("silu", functional.silu)):
    x = grid.clone().requires_grad_()
    y = f(x)
    y.sum().backward()
    found["activation/x"], found["activation/" + name] = grid, y.detach()
    found["activation/" + name + "/slope"] = x.grad.clone()

# one network with the layers the paper's has not
letters = torch.randint(0, 5, (6, 30))
labels = (torch.rand(6, 3) < 0.5).double()
model = torch.nn.Sequential(
    torch.nn.Conv1d(4, 3, 5, padding=2), torch.nn.LayerNorm([3, 30]), torch.nn.GELU(), torch.nn.MaxPool1d(4, 3, 1),
    torch.nn.Conv1d(3, 2, 3, padding=1), torch.nn.BatchNorm1d(2, eps=1e-3, momentum=0.2), torch.nn.Softplus(),
    torch.nn.AvgPool1d(3, 2, 1), torch.nn.Flatten(), torch.nn.Linear(10, 6), torch.nn.SiLU(), torch.nn.Linear(6, 4),
    torch.nn.LayerNorm(4), torch.nn.ELU(), torch.nn.Linear(4, 3))
with torch.no_grad():
    for p in model.parameters():
        p.copy_(torch.randn_like(p) * 0.7)
x = functional.one_hot(letters, 5)[..., :4].transpose(1, 2).double()
found["network/letters"], found["network/labels"] = letters, labels
found["network/parameters"] = torch.cat([p.detach().flatten() for p in model.parameters()])
y = model(x)
functional.binary_cross_entropy_with_logits(y, labels).backward()
found["network/train_logits"] = y.detach()
found["network/gradient"] = torch.cat([p.grad.flatten() for p in model.parameters()])
found["network/running"] = torch.cat([model[5].running_mean, model[5].running_var])
found["network/eval_logits"] = model.eval()(x).detach()

safetensors_file.write(sys.argv[1], {k: v.numpy() for k, v in found.items()}, {"torch": torch.__version__})
