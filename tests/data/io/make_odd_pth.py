"""Makes beside.pth (also a seed in tests/fuzz/pytorch), a checkpoint as torch.save writes it with a NumPy scalar, a set, a defaultdict and options beside its
tensors, from opcodes written out here (needs neither PyTorch nor NumPy): python3 make_odd_pth.py FILE"""
import struct
import sys
import zipfile


def word(s):
    return b"X" + struct.pack("<I", len(s.encode())) + s.encode()


def name(module, what):
    return b"c" + module.encode() + b"\n" + what.encode() + b"\n"


def whole(n):
    return b"J" + struct.pack("<i", n)


storage = b"(" + word("storage") + name("torch", "FloatStorage") + word("0") + word("cpu") + whole(4) + b"tQ"
tensor = name("torch._utils", "_rebuild_tensor_v2") + b"(" + storage + whole(0) + b"(" + whole(2) + whole(2) + b"t(" + whole(2) + whole(1) + b"t\x89}tR"
dtype = name("numpy", "dtype") + word("f8") + b"\x89\x88\x87R(" + whole(3) + word("<") + b"NNN" + whole(-1) + whole(-1) + whole(0) + b"tb"
scalar = name("numpy._core.multiarray", "scalar") + dtype + name("_codecs", "encode") + word("\x00\x00\x00\x00\x00\x00\xe0?") + word("latin1") + b"\x86R\x86R"
beside = (
    word("loss") + scalar
    + word("seen") + name("__builtin__", "set") + b"](" + whole(1) + whole(2) + b"e\x85R"
    + word("history") + name("collections", "defaultdict") + name("__builtin__", "list") + b"\x85R(" + word("train") + b"]u"
    + word("options") + name("argparse", "Namespace") + b")\x81}(" + word("lr") + whole(1) + b"ub"
)
weights = b"}(" + word("module._orig_mod.a") + tensor + b"u"
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_STORED) as out:
    for entry, content in (("data.pkl", b"\x80\x02}(" + beside + word("state_dict") + weights + b"u."), ("byteorder", b"little"), ("data/0", struct.pack("<4f", 1, 2, 3, 4)), ("version", b"3\n")):
        out.writestr(zipfile.ZipInfo("archive/" + entry, (1980, 1, 1, 0, 0, 0)), content)
