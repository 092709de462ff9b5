"""The lines of a suite."""


def comment(text):
    for line in text.splitlines():
        print("#   " + line)


def check(name, expected, actual):
    if expected == actual:
        print("ok - " + name, flush=True)
        return
    print("not ok - " + name)
    comment(f"expected:\n{as_text(expected)}\ngot:\n{as_text(actual)}")


def check_none(name, wrong):
    """Nothing is wrong; what is, is listed."""
    check(name, [], list(wrong))


def skip(name, reason):
    print(f"skipped - {name}: {reason}", flush=True)


def as_text(value):
    return value if isinstance(value, str) else "\n".join(map(str, value))
