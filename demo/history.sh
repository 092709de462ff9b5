# Sourced by demo/run: what the replays of sales have changed, and the way back.
say "== history: who changed what, tables as they stood, and the way back =="
say ""
show demo/history.sql
