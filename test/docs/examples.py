"""Every sql block runs, in order, in a session for each section and a database for each document. A text block right
after it is what psql -q prints; without one, the block raises no error."""
import re

from documents import DOCUMENTS, blocks_of
from report import check, check_none
from server import psql

MARK = "@@ block "


def shown(text):
    """What a reader compares: no blanks at the ends of lines, and no empty lines."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def run_section(database, blocks):
    """The output of each block, all of them in one session."""
    script = "".join(f"\\echo {MARK}{n}\n{block.text}\n" for n, block in enumerate(blocks))
    outputs = ["" for _ in blocks]
    current = 0
    for line in psql(script, database).splitlines(keepends=True):
        if line.startswith(MARK):
            current = int(line[len(MARK):])
        else:
            outputs[current] += line
    return outputs


def run_document(database, blocks):
    for section in dict.fromkeys(block.section for block in blocks):
        chosen = [block for block in blocks if block.section == section]
        yield from zip(chosen, run_section(database, chosen))


def ends(block):
    """What is not ended would run together with the block after it."""
    last = shown(block.text)[-1]
    return last.endswith(";") or last.startswith("\\") or "\\g" in last or re.search(r";.*--", last)


def check_block(document, block, expected, output):
    name = f"{document}:{block.line} {block.lines[0][:80]}"
    if expected is not None:
        check(name, shown(expected.text), shown(output))
    else:
        check_none(name, [line for line in shown(output) if re.match(r"(ERROR|FATAL|WARNING|invalid command)", line)])
    if not ends(block):
        check(f"{name} ends with a semicolon", "yes", "no")


def check_examples():
    for number, document in enumerate(DOCUMENTS):
        blocks = blocks_of(document)
        expected = {id(block.follows): block for block in blocks if block.kind == "text" and block.follows}
        examples = [block for block in blocks if block.kind == "sql"]
        if not examples:
            continue
        psql(f"CREATE DATABASE document_{number}")
        for block, output in run_document(f"document_{number}", examples):
            check_block(document, block, expected.get(id(block)), output)
