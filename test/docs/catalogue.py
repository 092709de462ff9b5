"""The reference beside the catalogue of a server: functions, arguments, options, SQLSTATEs."""
import json
import re
from functools import cache
from pathlib import Path

from documents import all_text, rows as table_rows, section
from report import check, check_none
from server import column, psql, rows

REFERENCE = Path("docs/reference.md")
TROUBLESHOOTING = Path("docs/troubleshooting.md")
MEMBER = "FROM pg_proc p WHERE p.pronamespace = 'upkeep'::regnamespace"
# The metric functions take and return numbers alone, and share one table: signature, formula, unit.
OF_NUMBERS = """prorettype = 'numeric'::regtype AND 'numeric'::regtype = ALL (proargtypes::regtype[])
  AND pronargs > 0 AND prokind = 'f'"""
# The first form of each name; the parts of an aggregate are for nobody to call.
DOCUMENTED = f"""{MEMBER} AND NOT ({OF_NUMBERS}) AND pronargs > 0
  AND 'internal'::regtype <> ALL (proargtypes::regtype[])
  AND p.oid = (SELECT min(q.oid) FROM pg_proc q WHERE q.pronamespace = p.pronamespace AND q.proname = p.proname)"""

# Errors that Troubleshooting explains and that PostgreSQL raises.
OF_POSTGRES = "|".join([
    "permission denied", "already exists", "out of range for type", "invalid value for parameter", "deadlock detected",
    "could not serialize", "duplicate key", "configuration parameter", "cannot drop extension", "transaction block",
    "anything from"])

STATEMENT = "AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT"
INSERTED = "BEFORE INSERT ON t FOR EACH ROW"
UPDATED = "BEFORE UPDATE ON t FOR EACH ROW"
TRIGGERS = {
    "updated_at": ("updated-at", UPDATED), "touch": ("updated-at", STATEMENT), "metrics": ("metrics", UPDATED),
    "order_line": ("orders", UPDATED), "order_total": ("orders", UPDATED), "order_lock": ("orders", UPDATED),
    "order_status": ("orders", UPDATED), "order_number": ("orders", INSERTED), "stock": ("orders", STATEMENT),
    "weekly_diagnostics": ("analytics", STATEMENT), "ad_decisions": ("analytics", INSERTED),
    "growth_simulations": ("analytics", INSERTED), "record_history": ("history", STATEMENT),
    "soft_delete": ("soft-delete", UPDATED), "rollup": ("rollups", STATEMENT),
}


def check_names():
    text = all_text()
    functions = column(f"SELECT DISTINCT 'upkeep.' || proname || '(' {MEMBER} ORDER BY 1")
    check_none("the documents name every function of schema upkeep", [name for name in functions if name not in text])
    arguments = column(f"""SELECT DISTINCT '`' || a || '`'
                           FROM (SELECT unnest(proargnames) a {MEMBER} AND NOT ({OF_NUMBERS})) s""")
    check_none("the documents name every argument of every function", [name for name in arguments if name not in text])
    check_none("every function of schema upkeep has a comment",
               column(f"SELECT p.oid::regprocedure {MEMBER} AND obj_description(p.oid, 'pg_proc') IS NULL"))


def check_metric_functions():
    documented = []
    for cells in table_rows(section(REFERENCE, "### Metric functions")):
        signature = re.fullmatch(r"`upkeep\.(\w+)\(([\w, ]*)\)`", cells[0])
        if signature:
            documented.append((*signature.groups(), cells[1].strip("`")))
    check("the reference has the metric functions and their arguments",
          rows(f"SELECT proname, array_to_string(proargnames, ', ') {MEMBER} AND {OF_NUMBERS} ORDER BY 1"),
          sorted([function, arguments] for function, arguments, _ in documented))
    for function, arguments, formula in documented:
        names = arguments.split(", ")
        numbers = ["7", "3", "0.4"][:len(names)]
        check(f"upkeep.{function} is the formula that the reference says", ["t"], column(
            f"SELECT upkeep.{function}({', '.join(numbers)}) ="
            f" upkeep.evaluate('{formula}', '{json.dumps(dict(zip(names, numbers)))}')"))


def arguments_of_catalogue():
    """For each function its arguments as the rows of a table: name, type, default or "required"."""
    found = {}
    for function, arguments in rows(f"SELECT proname, pg_get_function_arguments(p.oid) {DOCUMENTED} ORDER BY 1"):
        found[function] = []
        for argument in arguments.split(", "):
            name, rest = argument.removeprefix("IN ").split(" ", 1)
            if name == "OUT":
                continue
            kind, _, default = rest.partition(" DEFAULT ")
            default = re.sub(r"::[^:]*$", "", default)
            found[function].append([f"`{name}`", f"`{kind}`", f"`{default}`" if default else "required"])
    return found


def arguments_of_reference(function):
    """The rows below its heading, and those of the options that it refers to."""
    lines = section(REFERENCE, f"### upkeep.{function}")
    for chapter, trigger in re.findall(r"\((\w[\w-]*\.md)#options-of-upkeep(\w+)\)", "\n".join(lines)):
        lines = lines + section(Path("docs", chapter), f"### Options of upkeep.{trigger}()")
    # Columns of a result stand in a table of three columns, and options without an argument have an empty cell.
    return [cells[:3] for cells in table_rows(lines) if len(cells) > 3 and cells[0].startswith("`")]


def check_arguments():
    for function, arguments in arguments_of_catalogue().items():
        check(f"the reference has the arguments of upkeep.{function}, their types and defaults",
              arguments, arguments_of_reference(function))


def check_sqlstates():
    text = "\n".join(column(f"SELECT obj_description(p.oid, 'pg_proc') {MEMBER}"))
    commented = {state for state in re.findall(r"\b[0-9A-Z]{5}\b", text) if re.search(r"\d", state)}
    documents = all_text()
    check_none("the documents name every SQLSTATE of the functions' comments",
               sorted(state for state in commented if state not in documents))
    declared = set(re.findall(r'"([0-9A-Z]{5})"', Path("src/core/fault.hpp").read_text(encoding="utf-8"))) - {"53200"}
    explained = {state for cells in table_rows(section(TROUBLESHOOTING, "## Errors")) for state in cells[0].split(", ")}
    check("src/core/fault.hpp declares SQLSTATEs", True, len(declared) > 20)
    check_none("Troubleshooting explains every SQLSTATE of src/core/fault.hpp", sorted(declared - explained))


def options_of_server(trigger, events):
    """The hint to an unknown option names those there are."""
    answer = psql(f"""CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1);
      CREATE TRIGGER t {events} EXECUTE FUNCTION upkeep.{trigger}('no=1');
      UPDATE t SET a = 2; INSERT INTO t VALUES (3);""")
    hint = re.search(r"^HINT:  The options are: (.*)\.$", answer, re.M)
    return sorted(hint[1].split(", ")) if hint else answer


def check_options():
    for trigger, (chapter, events) in TRIGGERS.items():
        lines = section(Path("docs", chapter + ".md"), f"### Options of upkeep.{trigger}()")
        documented = [option for cells in table_rows(lines) for option in re.findall(r"`(\w+)=", cells[3])]
        check(f"the options of upkeep.{trigger}() are the rows of their table",
              options_of_server(trigger, events), sorted(set(documented)))


@cache
def sources():
    text = "".join(path.read_text(encoding="utf-8") for path in Path("src").rglob("*.[ch]pp"))
    return re.sub(r'"\s*\n\s*"', "", text).replace('\\"', '"')


def parts_of(message):
    """What stands between the variable parts of a message, where that is long enough to tell messages apart."""
    return [part.strip() for part in message.split("…") if len(part.strip()) >= 8]


def check_messages():
    """At least one part of each message is text of the sources. Notes are in brackets."""
    literals = sources()
    rows_of_table = [cells for cells in table_rows(section(TROUBLESHOOTING, "## Errors")) if cells[0] != "SQLSTATE"]
    messages = [message for cells in rows_of_table for message in re.sub(r" \([^)]*\)", "", cells[1]).split("; ")]
    check("Troubleshooting lists messages", True, len(messages) > 100)
    check_none("the sources have the messages that Troubleshooting lists",
               [message for message in messages if not re.search(OF_POSTGRES, message) and parts_of(message)
                and not any(part in literals for part in parts_of(message))])


def check_findings():
    """What stands between the variable parts of a finding is text of the sources."""
    literals = sources()
    lines = section(TROUBLESHOOTING, "## Findings of upkeep.check()")
    findings = [cells[0] for cells in table_rows(lines) if cells[0] != "finding"]
    check("Troubleshooting lists findings", True, len(findings) > 30)
    check_none("the sources have the findings that Troubleshooting lists",
               [part for finding in findings for part in parts_of(finding) if part not in literals])


def check_catalogue():
    psql("CREATE EXTENSION pg_upkeep")
    check_names()
    check_metric_functions()
    check_arguments()
    check_sqlstates()
    check_options()
    check_findings()
    check_messages()
