# Sourced by demo/run: migrations that would lose what the parts above have stored.
say "== the guard: destructive DDL needs a yes =="
say ""
show demo/guard.sql
