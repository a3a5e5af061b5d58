#!/usr/bin/env bash
# Builds TBB with the thread sanitizer into build/tsan-tbb/install, for the preset tsan.
#
# With the packaged TBB the sanitizer sees none of the library's synchronization, and every serial
# filter of a pipeline shows as a race that is none. The source is Debian's own, of the version the
# machine would install, from the mirror the machine is configured for. Does nothing the second time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/packages.sh

work="$PWD/build/tsan-tbb"
version="$(dpkg-query -W -f='${Version}' libtbb-dev)"
stamp="$work/install/version"
[[ "$(cat "$stamp" 2>/dev/null)" != "$version $(g++ -dumpfullversion)" ]] || exit 0

ensure_packages build-essential cmake ninja-build dpkg-dev
rm -rf "$work"
mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial"
log="$work/build.log"
: >"$log"
trap '[[ $? == 0 ]] || tail -n 20 "$log" >&2' EXIT
echo "building TBB $version with the thread sanitizer" >&2

# A private list of source packages, made of the machine's own list of binary ones: same mirror,
# same keys, nothing on the machine is changed, no rights are needed.
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  [[ -f "$list" ]] || continue
  name="$work/sources/$(basename "$list")"
  case "$list" in
    *.sources) sed 's/^Types:.*/Types: deb-src/' "$list" >"$name" ;;
    *.list) sed -n 's/^deb\(-src\)\?\([ \t]\)/deb-src\2/p' "$list" | sort -u >"$name" ;;
  esac
done
apt_options=(
  -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/sources"
  -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=
)
apt-get "${apt_options[@]}" update >"$log" 2>&1 </dev/null
(cd "$work" && apt-get "${apt_options[@]}" source "onetbb=$version") >>"$log" 2>&1 </dev/null

source_dir="$(find "$work" -maxdepth 1 -type d -name 'onetbb-*')"
cmake -S "$source_dir" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER=g++ \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTBB_SANITIZE=thread -DTBB_TEST=OFF -DTBB_STRICT=OFF \
  -DTBBMALLOC_BUILD=OFF -DCMAKE_INSTALL_PREFIX="$work/install" -DCMAKE_INSTALL_LIBDIR=lib \
  >>"$log" 2>&1
cmake --build "$work/build" --target install >>"$log" 2>&1
rm -rf "$work/build" "$source_dir" "$work/lists" "$work/cache"
echo "$version $(g++ -dumpfullversion)" >"$stamp"
