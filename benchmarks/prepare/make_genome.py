#!/usr/bin/env python3
"""Makes a genome and peaks to measure with: make_genome.py FOLDER MEGABASES PEAKS

The genome has contigs of 20 Mb whose GC changes every 10 kb between 30 and 60 percent, a tenth of it is
soft-masked, and each contig begins with 100 kb of N. Peaks are 150 to 600 bases long and lie where GC is
high more often than elsewhere. The same numbers give the same files."""
import random
import sys

folder, megabases, peaks = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
draw = random.Random(1)


def table(gc):
    """A letter for each of the 256 bytes, so that random bytes become bases of this GC."""
    high = round(256 * gc / 100)
    return bytes(b"GC"[i % 2] if i < high else b"AT"[i % 2] for i in range(256))


tables = {gc: table(gc) for gc in range(30, 61)}
rich = []
with open(f"{folder}/genome.fa", "wb") as out:
    for c in range(megabases // 20):
        out.write(b">chr%d\n" % (c + 1))
        pieces = [b"N" * 10000] * 10
        while len(pieces) < 2000:
            gc = round(draw.triangular(30, 60, 38))
            piece = draw.randbytes(10000).translate(tables[gc])
            if draw.random() < 0.1:
                piece = piece.lower()
            if gc >= 42:
                rich.append((c + 1, 10000 * len(pieces)))
            pieces.append(piece)
        bases = b"".join(pieces)
        for at in range(0, len(bases), 80):
            out.write(bases[at : at + 80] + b"\n")
with open(f"{folder}/peaks.bed", "w") as out:
    lines = []
    for i in range(peaks):
        if draw.random() < 0.5:
            contig, start = draw.choice(rich)
            start += draw.randrange(10000)
        else:
            contig, start = draw.randrange(megabases // 20) + 1, draw.randrange(101000, 19999000)
        lines.append((contig, min(start, 19999000), draw.randrange(150, 600)))
    for contig, start, length in lines:
        out.write(f"chr{contig}\t{start}\t{start + length}\n")
