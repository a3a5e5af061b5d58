# What the project needs from Debian 12, and how it is installed. Sourced by the other scripts.

# Everything to build, run and test.
kPackagesBuild=(
  build-essential cmake ninja-build ccache pkg-config python3
  libboost-dev libsimdjson-dev libre2-dev libzstd-dev zlib1g-dev libisal-dev libdeflate-dev libtbb-dev
  libcurl4-openssl-dev prometheus-cpp-dev libssl-dev libsqlite3-dev libyaml-cpp-dev libcli11-dev
  libsnappy-dev libspdlog-dev libfmt-dev libxxhash-dev libgtest-dev libgmock-dev libbenchmark-dev zstd
)
# Sanitizers with clang, fuzzing, static analysis. libc++ is not used: clang builds against libstdc++.
kPackagesClang=(clang-19 clang-tidy-19 libclang-rt-19-dev)
kPackagesFormat=(clang-format-19)
# For the thread sanitizer's own build of TBB.
kPackagesSource=(dpkg-dev)
# For a bare root to try the set-up in.
kPackagesFresh=(debootstrap)

# Installs what is missing of the packages named. A machine that has them all needs no network and
# no rights.
ensure_packages() {
  local missing=() package
  for package in "$@"; do
    if [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]]; then
      missing+=("$package")
    fi
  done
  ((${#missing[@]})) || return 0
  local as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "missing packages, and neither root nor sudo to install them: ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "installing: ${missing[*]}" >&2
  # Only trouble is shown: the list of what apt does is hundreds of lines long.
  "${as_root[@]}" apt-get update -qq </dev/null >&2 || return 1
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" \
    </dev/null >/dev/null
}
