"""The documents: their sections, tables, links and examples."""
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

CHAPTERS = sorted(Path("docs").glob("*.md"))
DOCUMENTS = [Path("README.md"), Path("HACKING.md"), *CHAPTERS]


@dataclass
class Block:
    """A fenced block: its lines stand between the fences, and `line` is where the first fence is."""
    kind: str
    line: int
    section: int
    lines: list = field(default_factory=list)
    follows: "Block | None" = None  # the block before, where only blank lines lie between

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)


@cache
def lines_of(document):
    return document.read_text(encoding="utf-8").splitlines()


@cache
def blocks_of(document):
    """The fenced blocks; a heading of the second level begins a section."""
    blocks, block, last, section = [], None, None, 0
    for number, line in enumerate(lines_of(document), 1):
        if line.startswith("```"):
            if block is None:
                block = Block(line[3:], number, section, follows=last)
            else:
                blocks.append(block)
                last, block = block, None
        elif block is not None:
            block.lines.append(line)
        elif line.strip():
            last = None
            section += line.startswith("## ")
    return blocks


@cache
def prose_of(document):
    """The lines outside of fenced blocks."""
    prose, inside = [], False
    for line in lines_of(document):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            prose.append(line)
    return prose


def section(document, heading):
    """The prose below the heading that begins like this, up to the next heading of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    found = []
    inside = False
    for line in prose_of(document):
        hashes = len(line) - len(line.lstrip("#"))
        if inside and 0 < hashes <= level:
            return found
        if inside:
            found.append(line)
        elif line.startswith(heading):
            inside = True
    return found


def rows(lines):
    """The rows of the tables, as lists of cells; a bar within a cell is written \\|."""
    for line in lines:
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def anchor(heading):
    """The anchor that GitHub makes of a heading."""
    text = re.sub(r"[^\w\- ]", "", heading.lstrip("#").strip().lower())
    return text.replace(" ", "-")


@cache
def anchors_of(document):
    return {anchor(line) for line in prose_of(document) if line.startswith("#")}


def links_of(document):
    """Links within the repository, as (file or "", anchor or "")."""
    for line in prose_of(document):
        for target in re.findall(r"\]\(([^)]*)\)", line):
            if not re.match(r"[a-z]+:", target):
                file, _, part = target.partition("#")
                yield file, part


@cache
def all_text():
    return "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
