"""Makes the small .pth files of this folder: python3 make_pth.py (needs torch)."""
from collections import OrderedDict

import torch

x = (torch.arange(24, dtype=torch.float64).reshape(2, 3, 4) - 5) / 2
state = OrderedDict(
    double=x.clone(),
    float=x.float(),
    half=x.half(),
    bfloat=x.bfloat16(),
    long=(2 * x).long(),
    int=(2 * x).int(),
    short=(2 * x).short(),
    char=(2 * x).to(torch.int8),
    byte=torch.arange(24, dtype=torch.uint8),
    bool=torch.tensor([[True, False]]),
    scalar=torch.tensor(7),
    none=torch.zeros(0, 3),
    turned=x.float().permute(2, 0, 1).contiguous().permute(1, 2, 0),
    parameter=torch.nn.Parameter(x.float()),
)
pair = torch.arange(6, dtype=torch.float32)
state["even"], state["odd"] = pair[0::2], pair[1::2]
torch.save(state, "zip.pth")
torch.save(state, "older.pth", _use_new_zipfile_serialization=False)
model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
with torch.no_grad():
    model[0].weight.copy_(torch.arange(6.0).reshape(2, 3))
torch.save(torch.nn.DataParallel(model).state_dict(), "module.pth")
optimizer = torch.optim.Adam(model.parameters())
model(torch.ones(4, 3)).sum().backward()
optimizer.step()
with torch.no_grad():
    model[0].weight.copy_(torch.arange(6.0).reshape(2, 3))
torch.save({"epoch": 3, "loss": 0.5, "optimizer": optimizer.state_dict(), "state_dict": model.state_dict()}, "checkpoint.pth")
shared = torch.ones(3)
torch.save({"a": shared, "b": shared}, "tied.pth")
torch.save({"a": torch.ones(1).expand(1000)}, "expanded.pth")
torch.save(model, "module_object.pth")
