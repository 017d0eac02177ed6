"""Binding modes among names of known motifs, one a line on standard input: how many of those that the factors bind, how many others.

    modes.py JASPAR.meme leaf_to_cluster.tab FACTOR,FACTOR... <names

A binding mode is a cluster of JASPAR's profiles (the paper's Methods). A factor binds the modes of all profiles under its name, variants and dimers included.
Prints the modes of the factors that were found, of how many, the others that were found, and the names of the first profile of each found one.
"""
import re
import sys

motifs, clusters, factors = sys.argv[1:]
mode_of_id = {}
for line in open(clusters):
    name, cluster = line.split()
    ident = name.rsplit("_", 2)[-2:]
    mode_of_id[".".join(ident)] = cluster
modes_of_name = {}
for line in open(motifs):
    if line.startswith("MOTIF"):
        _, ident, name = line.split(maxsplit=2)
        modes_of_name.setdefault(name.strip(), set()).add(mode_of_id[ident])
bound = set()
for name, modes in modes_of_name.items():
    if set(re.sub(r"\(var\.\d+\)", "", name).split("::")) & set(factors.split(",")):
        bound |= modes
found = {}
for line in sys.stdin:
    name = line.strip()
    if name in ("", "."):
        continue
    if name not in modes_of_name:
        sys.exit(f"error: expected a name of a motif of {motifs}, found {name}")
    for mode in modes_of_name[name]:
        found.setdefault(mode, name)
ours = sorted(found[m] for m in found if m in bound)
others = sorted(found[m] for m in found if m not in bound)
print(f"{len(ours)} of {len(bound)}", len(others), ", ".join(ours) or "-", ", ".join(others) or "-", sep="\t")
