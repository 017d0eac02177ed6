"""ExplaiNN in PyTorch as its paper describes it: every unit a group of grouped convolutions.

The module names are those of the published state dicts, so that their tensors load by name.
"""
import torch
from torch import nn


class Exponential(nn.Module):
    def forward(self, x):
        return torch.exp(x)


class Expand(nn.Module):
    """(N, C) -> (N, C, 1): what a grouped convolution of width 1 reads."""

    def forward(self, x):
        return x.unsqueeze(-1)


class Grouped(nn.Module):
    def __init__(self, units, length, outputs, width=19, num_fc=2, pool=7, stride=7, hidden=100, dropout=0.3):
        super().__init__()
        self.units, self.num_fc = units, num_fc
        cells = (length - width + 1 - pool) // stride + 1
        start = [nn.Conv1d(4 * units, units, width, groups=units), nn.BatchNorm1d(units), Exponential()]

        def dense(inputs, size, p=None):
            layers = [] if p is None else [nn.Dropout(p)]
            return layers + [nn.Conv1d(inputs * units, size * units, 1, groups=units), nn.BatchNorm1d(size * units),
                             nn.ReLU()]

        if num_fc == 0:
            layers = start + [nn.MaxPool1d(length - width + 1), nn.Flatten()]
        else:
            first = start + [nn.MaxPool1d(pool, stride), nn.Flatten(), Expand()]
            if num_fc == 1:
                layers = first + dense(cells, 1) + [nn.Flatten()]
            elif num_fc == 2:
                layers = first + dense(cells, hidden) + dense(hidden, 1, dropout) + [nn.Flatten()]
            else:
                layers = first + dense(cells, hidden)
                self.linears_bg = nn.ModuleList(
                    [nn.Sequential(*dense(hidden, hidden, dropout)) for _ in range(num_fc - 2)])
                self.last_linear = nn.Sequential(*dense(hidden, 1, dropout), nn.Flatten())
        self.linears = nn.Sequential(*layers)
        self.final = nn.Linear(units, outputs)

    def forward(self, x):
        x = self.linears(x.repeat(1, self.units, 1))
        if self.num_fc > 2:
            for layer in self.linears_bg:
                x = layer(x)
            x = self.last_linear(x)
        return self.final(x)
