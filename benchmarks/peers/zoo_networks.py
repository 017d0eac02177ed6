"""The networks of the zoo in PyTorch, with the tensor names of the classes that their authors published; for golden
values and for timing. NETWORKS maps a name on our command lines to a class; each is made with (length, outputs, dropout):
dropout=False leaves all dropout out.
"""
import torch
from torch import nn
from torch.nn import functional


def place(root, name, module):
    """Adds a module under a dotted name."""
    *path, last = name.split(".")
    for part in path:
        if part not in root._modules:
            root.add_module(part, nn.Module())
        root = root._modules[part]
    root.add_module(last, module)


class Network(nn.Module):
    """A list of steps, each a function or the dotted name of a module."""

    def __init__(self, dropout):
        super().__init__()
        self.steps = []
        self.rate = 1 if dropout else 0

    def layer(self, name, module):
        place(self, name, module)
        self.steps.append(module)

    def then(self, *functions):
        self.steps.extend(functions)

    def drop(self, rate):
        self.steps.append(lambda x: functional.dropout(x, rate * self.rate, self.training))

    def features(self, channels, length):
        """The shape that a (1, channels, length) input has here."""
        was = self.training
        self.eval()
        with torch.no_grad():
            shape = self.forward(torch.zeros(1, channels, length)).shape
        self.train(was)
        return shape

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x


def flatten(x):
    return x.flatten(1)


def max_pool(width, stride=None, padding=0):
    return lambda x: functional.max_pool1d(x, width, stride or width, padding)


class Cnn1(Network):
    def __init__(self, length, outputs, dropout=True, act=torch.relu):
        super().__init__(dropout)
        self.layer("c1", nn.Conv1d(4, 100, 19))
        self.layer("bn1", nn.BatchNorm1d(100))
        self.then(act, max_pool(7), flatten)
        width = self.features(4, length)[1]
        for number in (2, 3):
            self.layer(f"d{number}", nn.Linear(width, 1000))
            self.layer(f"bn{number}", nn.BatchNorm1d(1000))
            self.then(torch.relu)
            self.drop(0.3)
            width = 1000
        self.layer("d4", nn.Linear(1000, outputs))


class Cnn1Exp(Cnn1):
    def __init__(self, length, outputs, dropout=True):
        super().__init__(length, outputs, dropout, torch.exp)


class DeepCnn(Network):
    def __init__(self, length, outputs, dropout=True):
        super().__init__(dropout)
        for number, (channels, filters, width) in enumerate([(4, 100, 19), (100, 200, 7), (200, 200, 4)], 1):
            self.layer(f"c{number}", nn.Conv1d(channels, filters, width))
            self.layer(f"bn{number}", nn.BatchNorm1d(filters))
            self.then(torch.relu, max_pool(3))
        self.then(flatten)
        width = self.features(4, length)[1]
        for number in (4, 5):
            self.layer(f"d{number}", nn.Linear(width, 1000))
            self.layer(f"bn{number}", nn.BatchNorm1d(1000))
            self.then(torch.relu)
            self.drop(0.3)
            width = 1000
        self.layer("d6", nn.Linear(1000, outputs))


class DanQ(Network):
    names = ("conv1", "bi_lstm_layer", "linear.0", "linear.2")
    layers = 1

    def __init__(self, length, outputs, dropout=True):
        super().__init__(dropout)
        conv, memory, hidden, last = self.names
        self.layer(conv, nn.Conv1d(4, 320, 26))
        self.then(torch.relu, max_pool(13))
        self.drop(0.2)
        self.then(lambda x: x.transpose(1, 2))
        between = 0.5 if self.layers == 2 and dropout else 0.0
        self.layer(memory, nn.LSTM(320, 320, self.layers, batch_first=True, bidirectional=True, dropout=between))
        self.then(lambda x: x[0].flatten(1))
        if self.layers == 1:
            self.drop(0.5)
        self.layer(hidden, nn.Linear((length - 25) // 13 * 640, 925))
        self.then(torch.relu)
        self.layer(last, nn.Linear(925, outputs))


class DanQ2(DanQ):
    names = ("Conv1", "BiLSTM", "Linear1", "Linear2")
    layers = 2


class DeepStarr(Network):
    def __init__(self, length, outputs, dropout=True):
        super().__init__(dropout)
        for number, (channels, filters, width) in enumerate([(4, 256, 7), (256, 60, 3), (60, 60, 5), (60, 120, 3)]):
            self.layer(f"convol.{4 * number}", nn.Conv1d(channels, filters, width, padding=width // 2))
            self.layer(f"convol.{4 * number + 1}", nn.BatchNorm1d(filters))
            self.then(torch.relu, max_pool(2))
        self.then(flatten)
        width = self.features(4, length)[1]
        for number in (0, 4):
            self.layer(f"linear.{number}", nn.Linear(width, 256))
            self.layer(f"linear.{number + 1}", nn.BatchNorm1d(256))
            self.then(torch.relu)
            self.drop(0.4)
            width = 256
        self.layer("linear.8", nn.Linear(256, outputs))


class AiTac(Network):
    """Two-dimensional as its authors wrote it: an image of one channel whose four rows are the letters."""

    def __init__(self, length, outputs, dropout=True):
        super().__init__(dropout)
        self.then(lambda x: x.unsqueeze(1))
        convs = [("layer1_conv.0", "layer1_process.1", 1, 300, (4, 19), 3), ("layer2.0", "layer2.3", 300, 200, (1, 11), 4),
                 ("layer3.0", "layer3.3", 200, 200, (1, 7), 4)]
        for conv, norm, channels, filters, size, pool in convs:
            self.layer(conv, nn.Conv2d(channels, filters, size, padding=(0, size[1] // 2)))
            self.then(torch.relu, lambda x, pool=pool: functional.max_pool2d(x, (1, pool), padding=(0, 1)))
            self.layer(norm, nn.BatchNorm2d(filters))
        self.then(flatten)
        width = self.features(4, length)[1]
        for name in ("layer4.0", "layer5.0"):
            self.layer(name, nn.Linear(width, 1000))
            self.then(torch.relu)
            self.drop(0.03)
            width = 1000
        self.layer("layer6.0", nn.Linear(1000, outputs))


class Gate(nn.Module):
    """Squeeze and excitation."""

    def __init__(self, channels, hidden):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(channels, hidden), nn.SiLU(), nn.Linear(hidden, channels), nn.Sigmoid())

    def forward(self, x):
        return x * self.fc(x.mean(2)).unsqueeze(2)


class LegNet(Network):
    def __init__(self, length, outputs, dropout=True):
        super().__init__(dropout)
        kept = []

        def conv(name, channels, filters, width, groups=1):
            self.layer(f"{name[0]}", nn.Conv1d(channels, filters, width, padding=width // 2, groups=groups, bias=False))
            self.layer(f"{name[1]}", nn.BatchNorm1d(filters))
            self.then(functional.silu)

        def remember(x):
            kept.append(x)
            return x

        conv(("stem.block.0", "stem.block.1"), 4, 64, 11)
        channels = 64
        for number, filters in enumerate((80, 96, 112, 128)):
            block = f"main.{number}.0.fn.block."
            self.then(remember)
            conv((block + "0", block + "1"), channels, 4 * channels, 1)
            conv((block + "3", block + "4"), 4 * channels, 4 * channels, 9, 4 * channels)
            self.layer(block + "6", Gate(4 * channels, channels))
            conv((block + "7", block + "8"), 4 * channels, channels, 1)
            self.then(lambda x: torch.cat([x, kept.pop()], 1))
            conv((f"main.{number}.1.block.0", f"main.{number}.1.block.1"), 2 * channels, filters, 9)
            self.then(max_pool(2))
            channels = filters
        self.layer("mapper.block.0", nn.BatchNorm1d(128))
        self.layer("mapper.block.1", nn.Conv1d(128, 256, 1))
        self.then(lambda x: x.mean(2))
        self.layer("head.0", nn.Linear(256, 256))
        self.layer("head.1", nn.BatchNorm1d(256))
        self.then(functional.silu)
        self.layer("head.3", nn.Linear(256, outputs))


NETWORKS = {"cnn1": Cnn1, "cnn1-exp": Cnn1Exp, "deepcnn": DeepCnn, "danq": DanQ, "danq2": DanQ2,
            "deepstarr": DeepStarr, "ai-tac": AiTac, "legnet": LegNet}
