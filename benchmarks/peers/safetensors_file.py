"""Reads and writes safetensors files of the few types the golden files have."""
import json
import struct

import numpy as np

TYPES = {"F64": np.float64, "F32": np.float32, "I64": np.int64, "U8": np.uint8}


def read(path):
    with open(path, "rb") as file:
        raw = file.read()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = np.frombuffer(raw[8 + size + begin:8 + size + end], dtype=TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).copy()
    return metadata, tensors


def write(path, tensors, metadata):
    header, data, at = {"__metadata__": metadata}, [], 0
    for name, values in tensors.items():
        values = np.ascontiguousarray(values, dtype=np.float64)
        header[name] = {"dtype": "F64", "shape": list(values.shape), "data_offsets": [at, at + values.nbytes]}
        data.append(values.tobytes())
        at += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data))
