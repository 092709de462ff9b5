"""psql on the cluster that test/docs/run has started."""
import os
import subprocess


def psql(script, database="postgres", *options):
    """What psql prints, errors included, in the order of the script."""
    command = [os.environ["PSQL"], "-X", "-q", "-d", database, *options]
    done = subprocess.run(command, input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    return done.stdout


def rows(query):
    """The rows of a query, as lists of texts."""
    return [line.split("\x1f") for line in psql(query, "postgres", "-At", "-F", "\x1f").splitlines()]


def column(query):
    return [row[0] for row in rows(query)]
