"""What `make docs` has made: the SQL interface is that of the server, and the picture of the report is one."""
import struct
from pathlib import Path

from documents import links_of
from report import check
from server import psql

PICTURE = Path("docs/images/report.png")


def check_schema():
    made = psql(Path("tools/docs/schema.sql").read_text(encoding="utf-8"), "postgres", "-At")
    check("docs/schema.sql is the SQL interface of the server; `make docs` makes it",
          made.splitlines(), Path("docs/schema.sql").read_text(encoding="utf-8").splitlines())


def size_of_png(data):
    """Width and height, which the first chunk tells."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        return 0, 0
    return struct.unpack(">II", data[16:24])


def check_picture():
    data = PICTURE.read_bytes() if PICTURE.exists() else b""
    width, height = size_of_png(data)
    check(f"{PICTURE} is a whole picture", True, data.endswith(b"IEND\xaeB`\x82"))
    check(f"{PICTURE} fits a page", [True, True, True],
          [380 <= width <= 1000, 400 <= height <= 1400, 10_000 < len(data) < 150_000])
    check("README.md shows it", True, (str(PICTURE), "") in links_of(Path("README.md")))


def check_made():
    check_schema()
    check_picture()
