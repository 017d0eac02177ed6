"""The headers in chains, one a line: each header of a chain includes, itself or through others, the one before it.

    python3 chains.py FOLDER...

A source file that includes a chain in this order shows of each of its headers what a file of its own would show: what is there already when a
header is read is what it includes itself. So only the last header of a chain costs time. The chains are those that cost the least together.
"""
import os
import re
import sys


def includes_of(folders):
    """Header -> the headers of these folders that it includes; and header -> bytes."""
    files = {}
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                if name.endswith(".hpp"):
                    file = os.path.join(path, name)
                    files[os.path.relpath(file, folder)] = file
    found, sizes = {}, {}
    for header, file in files.items():
        with open(file, encoding="utf-8") as text:
            content = text.read()
        found[header] = [name for name in re.findall(r"^ *# *include <([^>]+)>", content, re.M) if name in files]
        sizes[header] = len(content)
    return found, sizes


def reached_from(header, includes):
    """Every header that this one reads, without itself."""
    reached, open_ones = set(), list(includes[header])
    while open_ones:
        name = open_ones.pop()
        if name not in reached:
            reached.add(name)
            open_ones += includes[name]
    return reached - {header}


def chains(includes, sizes):
    below = {header: reached_from(header, includes) for header in includes}
    cost = {header: sizes[header] + sum(sizes[name] for name in below[header]) for header in includes}
    # a header that has a next one in its chain costs nothing; the next ones that may be: those that include it and are not included by it
    above = {header: sorted((name for name in includes if header in below[name] and name not in below[header]), key=cost.get) for header in includes}
    before = {}

    def place(header, tried):
        for name in above[header]:
            if name not in tried:
                tried.add(name)
                if name not in before or place(before[name], tried):
                    before[name] = header
                    return True
        return False

    # the most expensive first: the headers that can have a next one at once are a matroid, so this is the cheapest choice
    placed = {header for header in sorted(includes, key=lambda name: (-cost[name], name)) if place(header, set())}
    for last in sorted(set(includes) - placed, key=lambda name: (-cost[name], name)):
        chain = [last]
        while chain[-1] in before:
            chain.append(before[chain[-1]])
        yield chain[::-1]


if __name__ == "__main__":
    for each in chains(*includes_of(sys.argv[1:])):
        print(" ".join(each))
