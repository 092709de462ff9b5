# Soft delete, many sessions at once: parents are deleted and restored while children are written under them, at each
# isolation level. In the end no live row points to a deleted one. test/races/run sources it.
sql -o /dev/null -c "SET client_min_messages = warning" -c "CREATE SCHEMA softly" -c "SET search_path = softly;
  CREATE TABLE members (id int PRIMARY KEY, name text, deleted_at timestamptz);
  CREATE TABLE posts (id bigserial PRIMARY KEY, member int REFERENCES members ON DELETE CASCADE,
    deleted_at timestamptz);
  CREATE TABLE replies (id bigserial PRIMARY KEY, post bigint REFERENCES posts ON DELETE CASCADE,
    deleted_at timestamptz);
  CREATE INDEX ON posts (member);
  CREATE INDEX ON replies (post);
  SELECT upkeep.enable_soft_delete('replies'), upkeep.enable_soft_delete('posts'), upkeep.enable_soft_delete('members');
  INSERT INTO members SELECT g FROM generate_series(1, 5) g;
  INSERT INTO posts (member) SELECT 1 + g % 5 FROM generate_series(1, 20) g"

# trying STATEMENT: what soft delete refuses ends no session.
trying() {
  printf '%s\n' "\\set member random(1, 5)" "\\set post random(1, 20)" "DO \$\$ BEGIN" "  $1;" \
    "EXCEPTION WHEN foreign_key_violation OR SQLSTATE 'UK010' THEN NULL;" "END \$\$;"
}
trying "INSERT INTO softly.posts (member) VALUES (:member)" > build/races/post.sql
trying "INSERT INTO softly.replies (post) VALUES (:member * 3)" > build/races/reply.sql
trying "UPDATE softly.posts SET member = :member WHERE id = :post" > build/races/repost.sql
toggled="deleted_at = CASE WHEN deleted_at IS NULL THEN clock_timestamp() END"
trying "UPDATE softly.posts SET $toggled WHERE id = :post" > build/races/toggle_post.sql
trying "UPDATE softly.members SET $toggled WHERE id = :member" > build/races/toggle_member.sql

write_softly() {
  local script scripts=()
  for script in post reply repost toggle_post toggle_member; do scripts+=(-f "build/races/$script.sql"); done
  PGOPTIONS="-c default_transaction_isolation=$1" "$bindir/pgbench" -n -c 10 -j 2 -T "$seconds" --max-tries=100 \
    --failures-detailed "${scripts[@]}" >> "build/races/softly-$2" 2>&1
}
for level in "read committed" "repeatable read"; do
  name=${level// /-}
  write_softly "${level// /\\ }" "$name"
  check "soft delete, $level: nobody saw another error" "" "$(aborts "softly-$name")"
  check "soft delete, $level: rows were deleted and written" "t|t" "$(has_done 100 "softly-$name" && echo t)|$(value "
    SELECT count(*) FILTER (WHERE deleted_at IS NOT NULL) > 0 FROM softly.posts")"
  check "soft delete, $level: no live row points to a deleted one" "0|0" "$(value "
    SELECT (SELECT count(*) FROM softly.posts p JOIN softly.members m ON m.id = p.member
              WHERE p.deleted_at IS NULL AND m.deleted_at IS NOT NULL),
      (SELECT count(*) FROM softly.replies r JOIN softly.posts p ON p.id = r.post
         WHERE r.deleted_at IS NULL AND p.deleted_at IS NOT NULL)")"
done
sql -o /dev/null -c "SET client_min_messages = warning" -c "UPDATE softly.members SET deleted_at = NULL" \
  -c "UPDATE softly.members SET deleted_at = now()"
check "soft delete: all of it is deleted with its members" "0|0" "$(value "
  SELECT (SELECT count(*) FROM softly.posts WHERE deleted_at IS NULL),
    (SELECT count(*) FROM softly.replies WHERE deleted_at IS NULL)")"
