"""Prints the units of src/ that include each other, a line a circle. A unit is a header with the source of its name."""
import pathlib
import re
import sys

source = pathlib.Path("src")
includes = {}
for file in sorted(source.rglob("*.[ch]pp")):
    unit = file.relative_to(source).with_suffix("")
    names = re.findall(r'^#include "([^"]+)"', file.read_text(), re.MULTILINE)
    ours = {pathlib.Path(name).with_suffix("") for name in names if (source / name).exists()}
    includes.setdefault(unit, set()).update(ours - {unit})


def reached_from(unit):
    """All units that this one includes, itself or by another."""
    found, next_ones = set(), [unit]
    while next_ones:
        for other in includes.get(next_ones.pop(), ()):
            if other not in found:
                found.add(other)
                next_ones.append(other)
    return found


reached = {unit: reached_from(unit) for unit in includes}
circles = {
    frozenset(other for other in reached[unit] if unit in reached[other])
    for unit in includes
    if unit in reached[unit]
}
for circle in circles:
    print(" <-> ".join(sorted(map(str, circle))))
sys.exit(bool(circles))
