#!/usr/bin/env bash
# docker/build.sh PG_MAJOR DESTDIR: installs what the build needs, builds the extension for that major and installs it
# under DESTDIR. For root on Debian, in the folder of the sources.
set -euo pipefail

major=$1 destdir=$2
pg_config=/usr/lib/postgresql/$major/bin/pg_config
export DEBIAN_FRONTEND=noninteractive

apt-get update -q
apt-get install -q -y --no-install-recommends "postgresql-server-dev-$major" g++ make libboost-dev libfmt-dev

make -s -j"$(nproc)" PG_CONFIG="$pg_config" all
make -s PG_CONFIG="$pg_config" DESTDIR="$destdir" install

# Debug information is most of the library's size.
strip --strip-debug "$destdir$("$pg_config" --pkglibdir)/pg_upkeep.so"
