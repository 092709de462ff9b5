# Fresh Debian trees for test/docker and test/deb: a base, and one that has the server, kept in build/debian-trees, so
# that a second run installs nothing. Source it after test/lib.sh, then: debian_trees WHAT SUITE MAJOR.
trees=$top/build/debian-trees
mounted_last_first=()

unmount_all() {
  local mounted
  for mounted in "${mounted_last_first[@]}"; do umount "$mounted" || umount -l "$mounted"; done
  mounted_last_first=()
}

# debian_sources: what this machine's apt sources, of either format, say of Debian's releases:
# a line "ADDRESS SUITE" each.
debian_sources() {
  awk '
    function offer(address, suites, components, suite, n, i) {
      if (components !~ /(^| )main( |$)/) return
      n = split(suites, suite, " ")
      for (i = 1; i <= n; i++)
        if (suite[i] ~ /^(bookworm|trixie|forky|sid|stable|testing|unstable)(-security|-updates)?$/)
          print address, suite[i]
    }
    function end_stanza() {
      if (types ~ /(^| )deb( |$)/ && enabled != "no") {
        sub(/ .*/, "", addresses)
        offer(addresses, suites, components)
      }
      types = addresses = suites = components = enabled = ""
    }
    FNR == 1 { end_stanza() }
    /^[ \t]*#/ { next }
    /^deb[ \t]/ { sub(/\[[^]]*\]/, ""); address = $2; suites = $3; $1 = $2 = $3 = ""; offer(address, suites, $0); next }
    /^[ \t]*$/ { end_stanza(); next }
    /^[A-Za-z-]+:/ { key = tolower($1); sub(/^[^:]*:[ \t]*/, "") }
    key == "types:" { types = $0 }
    key == "uris:" { addresses = $0 }
    key == "suites:" { suites = $0 }
    key == "components:" { components = $0 }
    key == "enabled:" { enabled = tolower($1) }
    END { end_stanza() }
  ' $(ls /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2> /dev/null) \
    < /dev/null
}

# this_release: the release that this machine is of.
this_release() { debian_sources | awk '$2 !~ /-/ { print $2; exit }'; }

# in_tree TREE COMMAND...: runs it there as root with an environment of its own.
in_tree() {
  local root=$1; shift
  chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive PG_MAJOR="$major" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${http_proxy:+http_proxy="$http_proxy"} "$@"
}

# mount_in TREE: what programs there expect of a running system.
mount_in() {
  mkdir -p "$1/proc" "$1/dev/shm"
  mount -t proc proc "$1/proc" || return
  mounted_last_first=("$1/proc" "${mounted_last_first[@]}")
  mount -t tmpfs tmpfs "$1/dev/shm" || return
  mounted_last_first=("$1/dev/shm" "${mounted_last_first[@]}")
}

# A tree counts only when it is complete: it is made beside its place and moved there.
make_base() {
  rm -rf --one-file-system "$base.part"
  mkdir -p "$trees"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$base.part" "$mirror" || return
  # With the security updates that this machine has: a server must not be older than the headers of a build here.
  debian_sources | awk -v suite="$suite" '$2 ~ "^" suite "(-|$)" { print "deb", $1, $2, "main" }' > "$base.part/sources"
  [ ! -s "$base.part/sources" ] || cp "$base.part/sources" "$base.part/etc/apt/sources.list"
  rm "$base.part/sources"
  # Packages must start no server in there.
  printf '#!/bin/sh\nexit 101\n' > "$base.part/usr/sbin/policy-rc.d"
  chmod +x "$base.part/usr/sbin/policy-rc.d"
  # A tree that is lost is made again: no package need reach the disk before the next.
  echo force-unsafe-io > "$base.part/etc/dpkg/dpkg.cfg.d/unsafe-io"
  mv "$base.part" "$base"
}

# The way to the registry may differ from run to run.
use_network_of_host() {
  local name
  for name in resolv.conf hosts apt/apt.conf apt/apt.conf.d; do
    [ ! -e "/etc/$name" ] || cp -rL "/etc/$name" "$1/etc/$(dirname "$name")/"
  done
}

make_server() {
  rm -rf --one-file-system "$server.part"
  cp -a "$base" "$server.part" || return
  use_network_of_host "$server.part"
  in_tree "$server.part" bash -ec "
    apt-get update -q
    apt-get install -q -y --no-install-recommends postgresql-common
    sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    apt-get install -q -y --no-install-recommends postgresql-$major" || return
  mv "$server.part" "$server"
}

# debian_trees WHAT SUITE MAJOR: makes the base, or skips WHAT and ends where this machine cannot. Sets suite, major,
# base and server: the places of the two trees. The server's is made by make_server.
debian_trees() {
  local what=$1 mirror
  suite=$2 major=$3 base=$trees/$2 server=$trees/$2-postgresql-$3
  give_up() { skip "$what" "$1"; exit 0; }
  mkdir -p build/log "$trees/probe"
  [ "$(id -u)" -eq 0 ] || give_up "only root can change the root folder"
  command -v apt-get > /dev/null || give_up "this system has no apt-get to install debootstrap with"
  (need_packages debootstrap) > build/log/debian-packages.log 2>&1 || give_up "debootstrap cannot be installed"
  mirror=$(debian_sources | awk '$2 !~ /-/ { print $1; exit }')
  if [ ! -e "$base" ]; then
    [ -n "$mirror" ] || give_up "no source in /etc/apt serves a Debian release"
    make_base > build/log/debian-base.log 2>&1 || give_up "debootstrap: $(grep . build/log/debian-base.log | tail -n 1)"
  fi
  mount -t tmpfs tmpfs "$trees/probe" 2> /dev/null || give_up "nothing can be mounted here"
  umount "$trees/probe"
  use_network_of_host "$base"
  in_tree "$base" apt-get update -q -o APT::Update::Error-Mode=any > build/log/debian-update.log 2>&1 ||
    give_up "apt-get in the tree reaches no mirror: $(grep '^[EW]:' build/log/debian-update.log | tail -n 1)"
}
