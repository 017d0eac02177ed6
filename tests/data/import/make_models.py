"""Makes the small .pth files of this folder and what PyTorch computes with them: python3 make_models.py (needs torch).

fcN.pth: networks of every depth with shifted running statistics and some negative gammas; fc3 in the older format.
gpu.pth: fc2 as a data-parallel run on a GPU saves it: names begin with "module.", storages are on cuda:0.
letters.npy: sequences (0-3 = ACGT, 4 = N); fcN_logits.npy: what the network says of them.
"""
import io
import os
import sys
import zipfile

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../benchmarks/peers"))
from grouped import Grouped

torch.manual_seed(11)
LENGTH = 40
letters = torch.randint(0, 4, (6, LENGTH))
letters[5, 7] = 4
hot = torch.nn.functional.one_hot(letters, 5)[:, :, :4].transpose(1, 2).float()
np.save("letters.npy", letters.numpy().astype(np.uint8))
for num_fc in range(6):
    model = Grouped(units=3, length=LENGTH, outputs=2, width=7, num_fc=num_fc, pool=4, stride=3, hidden=5)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.weight.data.uniform_(-1, 1)
            module.bias.data.uniform_(-0.5, 0.5)
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 1.5)
    model.eval()
    np.save(f"fc{num_fc}_logits.npy", model(hot).detach().numpy())
    torch.save(model.state_dict(), f"fc{num_fc}.pth", _use_new_zipfile_serialization=num_fc != 3)
    if num_fc == 2:
        torch.save({"module." + name: x for name, x in model.state_dict().items()}, "gpu.pth")

# the same file as a GPU writes it: the pickle names the storages' device, nothing else differs
content = io.BytesIO()
with zipfile.ZipFile("gpu.pth") as old, zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as new:
    for name in old.namelist():
        data = old.read(name)
        if name.endswith("data.pkl"):
            assert data.count(b"X\x03\0\0\0cpu") == 1
            data = data.replace(b"X\x03\0\0\0cpu", b"X\x06\0\0\0cuda:0")
        new.writestr(name, data)
with open("gpu.pth", "wb") as file:
    file.write(content.getvalue())
