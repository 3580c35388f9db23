#!/usr/bin/env bash
# Makes sure that everything is there which Fairway's build, its tests and the legacy scripts need.
#
# What is missing is installed through apt when this is root, or sudo asks for no password. Otherwise the script says
# what to install and fails. When nothing is missing it touches nothing and prints nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

MISSING=()

# need PACKAGE COMMAND...: PACKAGE is missing when COMMAND fails.
need() {
  local package="$1"
  shift
  "$@" >/dev/null 2>&1 || MISSING+=("$package")
}

# Debian's names. The legacy scripts are Ruby over SQLite, called through make in a git repository, and launch their
# sessions in tmux; the sqlite3 shell is what `make bench` compares `ready` with. The tests apply the DDL for PostgreSQL to
# a server of their own.
look() {
  MISSING=()
  need ruby ruby -e 'exit RUBY_VERSION >= "2.6"'
  need ruby-sqlite3 ruby -e 'require "sqlite3"'
  need make make --version
  need git git --version
  need sqlite3 sqlite3 --version
  need tmux tmux -V
  need postgresql postgres
  need gcc cc --version
  need libc6-dev compiles
  need ca-certificates certificates
  need util-linux flock --version
}

# A compiler without the C library's headers builds nothing.
compiles() {
  echo '#include <stdlib.h>' | cc -E -x c -
}

# A server's programs; Debian keeps them out of PATH, one folder for each version.
postgres() {
  command -v initdb || ls /usr/lib/postgresql/*/bin/initdb
}

# cargo fetches the dependencies over HTTPS. Where there is no apt, the system keeps its certificates elsewhere.
certificates() {
  ! command -v apt-get || [ -e /etc/ssl/certs/ca-certificates.crt ]
}

# install PACKAGE...: through apt; fails where that is not possible.
install() {
  local as=()
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || return 1
    as=(sudo -n)
  fi
  echo "setup: installing $*"
  "${as[@]+"${as[@]}"}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
    "${as[@]+"${as[@]}"}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@"
}

system_tools() {
  look
  [ "${#MISSING[@]}" -gt 0 ] || return 0
  if ! install "${MISSING[@]}"; then
    {
      echo "setup: missing: ${MISSING[*]} (Debian's names)"
      echo "setup: on Debian or Ubuntu: sudo apt-get update && sudo apt-get install ${MISSING[*]}"
    } >&2
    exit 1
  fi
  look
  if [ "${#MISSING[@]}" -gt 0 ]; then
    echo "setup: installed, and still not usable: ${MISSING[*]}" >&2
    exit 1
  fi
}

# at_least HAVE WANTED: compares versions.
at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

rust() {
  local wanted have
  wanted="$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)"
  if ! command -v cargo >/dev/null; then
    {
      echo "setup: cargo is not in PATH; Fairway needs Rust $wanted or newer"
      if [ -x "$HOME/.cargo/bin/cargo" ]; then
        # shellcheck disable=SC2016 # to be typed as it stands
        echo 'setup: it is installed; run:  . "$HOME/.cargo/env"'
      else
        echo "setup: get it with:  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
      fi
    } >&2
    exit 1
  fi
  have="$(cargo --version | awk '{ print $2 }')"
  if ! at_least "$have" "$wanted"; then
    echo "setup: Fairway needs Rust $wanted or newer, and this is $have; run:  rustup update stable" >&2
    exit 1
  fi
}

system_tools
rust
