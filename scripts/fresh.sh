#!/usr/bin/env bash
# Proves the set-up on a bare Debian 12: makes a root with debootstrap that has git and nothing else,
# puts a clean clone of HEAD in it and runs `scripts/dev demo` and `scripts/dev test` inside, then
# `demo` once more, which must install nothing. As root. --keep leaves the root behind.
#
# The root gets the machine's own apt configuration (sources, keys, proxy, certificates) and name
# resolution, so that it reaches the same registries and no others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/packages.sh

keep=no
[[ "${1:-}" != --keep ]] || keep=yes
((EUID == 0)) || { echo "fresh: debootstrap and chroot need root" >&2; exit 2; }
ensure_packages "${kPackagesFresh[@]}" git

work="$(mktemp -d "${TMPDIR:-/tmp}/inkling-fresh.XXXXXX")"
root="$work/root"
mounts=()

# Unmounts, the latest first. The root is deleted only if nothing is mounted below it any more.
clean_up() {
  local status=$? i
  trap - EXIT
  for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do
    umount "${mounts[i]}" 2>/dev/null || umount -l "${mounts[i]}" || true
  done
  if grep -qF " $root/" /proc/self/mounts; then
    echo "fresh: still mounted below $root, which is left as it is" >&2
    status=1
  elif [[ "$keep" == yes ]]; then
    echo "fresh: the root is kept in $root" >&2
  else
    rm -rf --one-file-system "$work"
  fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mount_in() {
  mkdir -p "$root/${*: -1}"
  mount "${@:1:$#-1}" "$root/${*: -1}"
  mounts+=("$root/${*: -1}")
}

# timed NAME COMMAND...: runs it without stdin, says how long it took, keeps its status.
times=()
timed() {
  local name="$1" begin=$SECONDS status=0
  shift
  echo "== fresh: $name" >&2
  "$@" </dev/null || status=$?
  times+=("$(printf '%-22s %4d s  %s' "$name" $((SECONDS - begin)) \
    "$([[ $status == 0 ]] && echo ok || echo "failed ($status)")")")
  return "$status"
}

# The mirror of bookworm itself, as apt would use it.
mirror="$(apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT)' |
  awk '$2 == "bookworm" && $3 == "main" { print $1; exit }')"
[[ -n "$mirror" ]] || { echo "fresh: apt knows no mirror of bookworm" >&2; exit 1; }

make_root() {
  debootstrap --variant=minbase bookworm "$root" "$mirror" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log" >&2; return 1; }
  local part
  rm -f "$root/etc/apt/sources.list"
  for part in sources.list sources.list.d apt.conf apt.conf.d auth.conf auth.conf.d keyrings \
    preferences.d trusted.gpg trusted.gpg.d; do
    [[ ! -e "/etc/apt/$part" ]] || cp -aL "/etc/apt/$part" "$root/etc/apt/"
  done
  mkdir -p "$root/usr/share/keyrings" "$root/etc/ssl/certs"
  cp -aL /usr/share/keyrings/. "$root/usr/share/keyrings/"
  [[ ! -f /etc/ssl/certs/ca-certificates.crt ]] ||
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

in_root() {
  chroot "$root" /usr/bin/env -u TMPDIR HOME=/root LC_ALL=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
install_git() {
  in_root sh -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends git' >"$work/git.log" 2>&1 ||
    { tail -n 20 "$work/git.log" >&2; return 1; }
}
run_dev() { in_root sh -c 'cd /root/inkling && exec scripts/dev "$@"' sh "$@"; }
count_packages() { in_root dpkg-query -W -f='x' | wc -c; }

timed "bare root" make_root
mount_in -t proc proc proc
mount_in -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount_in -t tmpfs -o mode=1777 tmpfs dev/shm
timed "git" install_git
git clone -q --local --no-hardlinks . "$root/root/inkling"

status=0
timed "scripts/dev demo" run_dev demo || status=1
installed="$(count_packages)"
timed "scripts/dev test" run_dev test || status=1
timed "scripts/dev demo again" run_dev demo >/dev/null || status=1
if [[ "$(count_packages)" != "$installed" ]]; then
  echo "fresh: a ready machine installed packages again" >&2
  status=1
fi
printf '%s\n' "" "commit $(git rev-parse --short HEAD) in a bare Debian 12, $(nproc) cores:" "${times[@]}"
exit "$status"
