"""The documents beside the files of the repository: links, folders, versions."""
import re
import subprocess
from pathlib import Path

from documents import DOCUMENTS, anchors_of, links_of, rows, prose_of
from report import check, check_none, skip


FOLDERS = "src|test|tools|control|docker|demo|sql|expected|docs|packaging|packages"


def named_paths(document):
    """Files and folders that it names in full; names in capitals, stars and dots stand for many."""
    text = "\n".join(prose_of(document))
    found = re.findall(rf"(?<![\w./-])(?:{FOLDERS})/[\w.*…/-]*", text)
    return sorted({path.rstrip(".") for path in found if not re.search(r"[A-Z*…]|--", path)})


def check_paths():
    for document in map(Path, ("HACKING.md", "docs/internals.md")):
        check_none(f"every path that {document} names is there",
                   [path for path in named_paths(document) if not Path(path).exists()])


def check_identifiers():
    """What docs/internals.md calls `like_this` is in the sources, or the name of one."""
    words = set()
    sources = [*Path("src").rglob("*.[ch]pp"), *Path("packages").rglob("*.[ch]pp"), *Path("portable").rglob("*.sql")]
    for path in [*sources, Path("Makefile")]:
        words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")), [path.stem])
    named = re.findall(r"`([a-z_]+)(?:\(\))?`", "\n".join(prose_of(Path("docs/internals.md"))))
    check_none("every identifier that docs/internals.md names is there", sorted(set(named) - words))


def check_links():
    for document in [*DOCUMENTS, Path("CHANGELOG.md")]:
        links = [(document.parent / file if file else document, anchor) for file, anchor in links_of(document)]
        check_none(f"every file that {document} links to is there", [file for file, _ in links if not file.exists()])
        check_none(f"every heading that {document} links to is there",
                   [f"{file}#{anchor}" for file, anchor in links
                    if anchor and file.suffix == ".md" and file.exists() and anchor not in anchors_of(file)])


def folders():
    """The folders that hold files of the repository; None where this is not a git checkout."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True)
    if listed.returncode != 0:
        return None
    files = map(Path, listed.stdout.splitlines())
    return sorted({str(file.parent) for file in files if file.exists() and not str(file.parent).startswith(".")})


def has_row(folder, table):
    """One row serves all that lies below it, unless there are rows for that as well."""
    if folder in table:
        return True
    for above in map(str, list(Path(folder).parents)[:-1]):
        if above in table:
            return not any(row.startswith(above + "/") for row in table)
    return False


def check_folders():
    there = folders()
    if there is None:
        skip("the folder table of HACKING.md", "this is not a git checkout")
        return
    first_cells = [cells[0] for cells in rows(prose_of(Path("HACKING.md")))]
    table = [cell[1:-2] for cell in first_cells if re.fullmatch(r"`[^`]*/`", cell)]
    check_none("every folder in HACKING.md's table holds files",
               [row for row in table if not any(folder == row or folder.startswith(row + "/") for folder in there)])
    check_none("every folder with files stands in HACKING.md's table",
               [folder for folder in there if not has_row(folder, table)])


def versions(file, pattern):
    return re.findall(pattern, Path(file).read_text(encoding="utf-8"), re.M)


def check_versions():
    version = versions("control/pg_upkeep.control", r"^default_version = '(.*)'")
    check("META.json and the control file agree on the version", version,
          sorted(set(versions("META.json", r'^ +"version": "(.*?)"'))))
    check("the npm package and the control file agree on the version", version,
          versions("packages/pg-upkeep/package.json", r'^ +"version": "(.*?)"'))
    check("CHANGELOG.md and the control file agree on the version", version,
          versions("CHANGELOG.md", r"^## \[*([0-9.]+)\]* ")[:1])


def check_files():
    check_paths()
    check_identifiers()
    check_links()
    check_folders()
    check_versions()
