"""load_in_pytorch.py LETTERS KEY=NUMBER... [MODEL LOGITS NUM_FC]...: loads written models into PyTorch by name, strictly, and
saves what they say of the letters. The keys are those of Grouped's constructor.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../benchmarks/peers"))
import numpy as np
import torch

from grouped import Grouped

try:
    from safetensors.torch import load_file
except ImportError:
    import safetensors_file

    def load_file(path):
        return {name: torch.from_numpy(x) for name, x in safetensors_file.read(path)[1].items()}


letters = torch.from_numpy(np.load(sys.argv[1])).long()
hot = torch.nn.functional.one_hot(letters, 5)[:, :, :4].transpose(1, 2).float()
numbers = {key: int(value) for key, value in (each.split("=") for each in sys.argv[2:] if "=" in each)}
rest = [each for each in sys.argv[2:] if "=" not in each]
for path, logits, num_fc in zip(rest[::3], rest[1::3], rest[2::3]):
    model = Grouped(**numbers, num_fc=int(num_fc))
    model.load_state_dict(load_file(path))
    model.eval()
    np.save(logits, model(hot).detach().numpy())
