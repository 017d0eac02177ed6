"""Makes deep_lift.safetensors, what PyTorch and captum say of small networks: python3 make_deep_lift.py (needs torch and captum 0.9).

The networks are those of the zoo with the parameters and sequences of ../zoo/make_zoo.py, which are made up and not stored, and an
ExplaiNN of three units whose tensor k in the order of the model has element i from draw(i, k) in the same way. Of every network the
file has, for its first two sequences and both outputs: the gradient of the logit with respect to the one-hot letters, and, where
captum's DeepLift covers the layers, its attributions summed over the four bases with references of zeros and with the next sequence
as reference. captum has no rule for exp; it is given the rule that it has for every other activation. Where a max pool follows an activation
directly, captum 0.9 takes the activation's gradient before the pool's rule has changed it, and its attributions do not add up to the
difference of the logits; a copy between both, which changes no number, makes it apply both rules. values() holds captum to that sum.
Zeros give a reference the same number at every position but for rounding, so that chance would choose where its maxima are; they
are chosen among numbers rounded to twelve decimals: the first of equal ones.
All numbers are doubles.
"""
import os
import sys

import torch
from captum.attr import DeepLift
from captum.attr._core import deep_lift

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../zoo"))
import make_zoo
import safetensors_file
import zoo_networks

SEQUENCES, LENGTH, UNITS, WIDTH, POOL, HIDDEN = 2, 31, 3, 6, 7, 4


class Exp(torch.nn.Module):
    def forward(self, x):
        return torch.exp(x)


class Call(torch.nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return self.f(x)


class Pool(torch.nn.MaxPool1d):
    pass


def first_of_equal(module, *arguments, **options):
    module.input = torch.round(module.input, decimals=12)  # captum reads it for the places of the maxima alone
    return deep_lift.maxpool1d(module, *arguments, **options)


deep_lift.SUPPORTED_NON_LINEAR[Exp] = deep_lift.nonlinear
deep_lift.SUPPORTED_NON_LINEAR[Pool] = first_of_equal
zoo_networks.max_pool = lambda width, stride=None, padding=0: Pool(width, stride or width, padding)


def in_modules(step):
    if step is torch.relu:
        return torch.nn.Sequential(torch.nn.ReLU(), Call(torch.clone))
    if step is torch.exp:
        return torch.nn.Sequential(Exp(), Call(torch.clone))
    return step if isinstance(step, torch.nn.Module) else Call(step)


def explainn():
    cells = (LENGTH - WIDTH + 1) // POOL
    layers = [Call(lambda x: x.repeat(1, UNITS, 1)),
              torch.nn.Conv1d(4 * UNITS, UNITS, WIDTH, groups=UNITS), torch.nn.BatchNorm1d(UNITS), Exp(), Call(torch.clone),
              Pool(POOL), Call(lambda x: x.reshape(len(x), UNITS * cells, 1)),
              torch.nn.Conv1d(UNITS * cells, UNITS * HIDDEN, 1, groups=UNITS), torch.nn.BatchNorm1d(UNITS * HIDDEN), torch.nn.ReLU(),
              torch.nn.Conv1d(UNITS * HIDDEN, UNITS, 1, groups=UNITS), torch.nn.BatchNorm1d(UNITS), torch.nn.ReLU(),
              torch.nn.Flatten(), torch.nn.Linear(UNITS, make_zoo.OUTPUTS)]
    net = torch.nn.Sequential(*layers).double()
    k = 0
    for layer in net:
        norm = isinstance(layer, torch.nn.BatchNorm1d)
        for name, t in layer.state_dict().items():
            if name == "num_batches_tracked":
                continue
            d = make_zoo.draws(t.numel(), k)
            d = 1 + d if name == "running_var" else 1 + d / 5 if norm and name == "weight" else d
            t.copy_(torch.from_numpy(d).reshape(t.shape))
            k += 1
    return net


def values(name, net, length, covered):
    net.eval()
    x = make_zoo.hot(make_zoo.letters_of(length), torch.float64)
    one, other = x[:SEQUENCES], x[1:SEQUENCES + 1]
    out = {}
    for target in range(make_zoo.OUTPUTS):
        asked = one.clone().requires_grad_()
        net(asked)[:, target].sum().backward()
        out[f"{name}/gradient/{target}"] = asked.grad
        if covered:
            for what, reference in (("zeros", torch.zeros_like(one)), ("next", other)):
                found, delta = DeepLift(net).attribute(one, reference, target=target, return_convergence_delta=True)
                assert delta.abs().max() < 1e-12, (name, what, delta)
                out[f"{name}/{what}/{target}"] = found.sum(1)
    return {key: value.detach().numpy() for key, value in out.items()}


def main():
    tensors = values("explainn", explainn(), LENGTH, True)
    for name, length in make_zoo.LENGTHS.items():
        net = zoo_networks.NETWORKS[name](length, make_zoo.OUTPUTS, dropout=False)
        make_zoo.fill(net, torch.float64)
        covered = name in ("cnn1", "cnn1-exp", "deepcnn", "deepstarr")
        if covered:
            net = torch.nn.Sequential(*[in_modules(step) for step in net.steps])
        tensors.update(values(name, net, length, covered))
    safetensors_file.write("deep_lift.safetensors", tensors, {})


if __name__ == "__main__":
    main()
