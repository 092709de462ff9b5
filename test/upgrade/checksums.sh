# Scripts that have landed do not change.

# sum_of FILE; listed FOLDER NAME: its line in the folder's list; changed FOLDER and unlisted FOLDER: names of scripts.
sum_of() { sha256sum < "$1" | cut -d ' ' -f 1; }
listed() { grep -F "  $2" "$1" | grep -v '^#' | sed -n "s/^\([0-9a-f]\{64\}\)  $2\$/\1/p"; }
changed() {
  local sum name
  grep -v '^#' "$2" | while read -r sum name; do
    { [ -e "$1/$name" ] && [ "$(sum_of "$1/$name")" = "$sum" ]; } || say "$name"
  done
}
unlisted() {
  local file
  for file in "$1"/*--*.sql; do
    [ -n "$(listed "$2" "$(basename "$file")")" ] || basename "$file"
  done
}
# freeze FOLDER LIST: adds what is not listed; a line that is there stays as it is.
freeze() {
  local name
  unlisted "$1" "$2" | while read -r name; do
    printf '%s  %s\n' "$(sum_of "$1/$name")" "$name" >> "$2"
    say "frozen: $name"
  done
}

if [ "${1:-}" = --freeze ]; then
  freeze control test/upgrade/checksums
  exit
fi

check "scripts that have landed are as they were" "" "$(changed control test/upgrade/checksums)"
check "every script is frozen" "" "$(unlisted control test/upgrade/checksums)"

# The list itself, on a folder of our own.
mkdir "$scratch/control"
printf 'SELECT 1;\n' > "$scratch/control/x--1.sql"
printf '# a list\n' > "$scratch/list"
check "the list: a new script is unlisted" "x--1.sql" "$(unlisted "$scratch/control" "$scratch/list")"
freeze "$scratch/control" "$scratch/list" > /dev/null
check "the list: once frozen it is neither unlisted nor changed" "" \
  "$(unlisted "$scratch/control" "$scratch/list")$(changed "$scratch/control" "$scratch/list")"
printf 'SELECT 2;\n' > "$scratch/control/x--1.sql"
printf 'SELECT 2;\n' > "$scratch/control/x--1--2.sql"
freeze "$scratch/control" "$scratch/list" > /dev/null
check "the list: an altered script stays so, whatever else is frozen" "x--1.sql" \
  "$(changed "$scratch/control" "$scratch/list")"
check "the list: nor is its line written twice" "2" "$(grep -vc '^#' "$scratch/list")"
rm "$scratch/control/x--1--2.sql"
check "the list: a script that is gone counts as altered" "x--1.sql x--1--2.sql" \
  "$(changed "$scratch/control" "$scratch/list" | xargs)"
