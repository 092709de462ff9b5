# The end: nothing is left on any node.
others=$(q "SELECT (SELECT count(*) FROM upkeep.managed WHERE object::text !~ '^upkeep_citus')
  + (SELECT count(*) FROM upkeep.guard_rules) + (SELECT count(*) FROM upkeep.auto_updated_at_rules)")
if [ "$others" != 0 ]; then
  skip "disable_all" "something else is enabled in this database"
  return
fi
run "disable_all" <<< "SELECT upkeep.disable_all('disable');"
is "disable_all leaves no trigger on any node" "$(q "SELECT sum(result::integer) FROM run_command_on_all_nodes(
  \$\$SELECT count(*) FROM pg_trigger WHERE tgname ~ '^zz_upkeep'\$\$)")" 0
