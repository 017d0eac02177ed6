"""Times of PyPI's memelite on what bench_motif does: memelite_times.py WHAT FOLDER THREADS [CALLS].

WHAT is compare (filters.meme against jaspar.meme), self (jaspar.meme against itself), fourfold (fourfold.meme against
itself) or scan (jaspar.meme over sequences.fa); the files lie in FOLDER. Prints the seconds of CALLS calls (5) after a
first one that warms the JIT up. With CALLS 0 it does the work once and prints nothing: a process to be timed whole.
"""
import os
import sys
import time

what, folder, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
calls = int(sys.argv[4]) if len(sys.argv) > 4 else 5
os.environ["NUMBA_NUM_THREADS"] = str(threads)
import numpy  # noqa: E402  (after the threads are set)
from memelite import fimo, tomtom  # noqa: E402


def motifs(name):
    """Name to matrix (4, width), read by rule of the MEME format."""
    found, rows, title = {}, None, None
    for line in open(os.path.join(folder, name)):
        words = line.split()
        if words[:1] == ["MOTIF"]:
            title = words[1]
        elif words[:1] == ["letter-probability"]:
            rows = found.setdefault(title, [])
        elif rows is not None and len(words) == 4 and title:
            try:
                rows.append([float(x) for x in words])
            except ValueError:
                rows = None
    return {k: numpy.array(v).T.copy() for k, v in found.items()}


targets = motifs("fourfold.meme" if what == "fourfold" else "jaspar.meme")
if what == "scan":
    letters = [line.strip() for line in open(os.path.join(folder, "sequences.fa")) if line[0] != ">"]
    codes = numpy.array([["ACGT".index(c) for c in s] for s in letters])
    one_hot = numpy.ascontiguousarray(numpy.eye(4, dtype=numpy.int8)[codes].transpose(0, 2, 1))
    job = lambda: sum(len(hits) for hits in fimo(targets, one_hot, threshold=1e-4))  # noqa: E731
else:
    queries = list(motifs("filters.meme").values()) if what == "compare" else list(targets.values())
    job = lambda: tomtom(queries, list(targets.values()), n_jobs=threads)[0].size  # noqa: E731
job()
for _ in range(calls):
    begin = time.perf_counter()
    results = job()
    print(f"{time.perf_counter() - begin:.5f} {results}")
