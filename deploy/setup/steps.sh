#!/usr/bin/env bash
# Sourced by every set-up step: where things are, how a step speaks, and how it remembers what it has done.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
STAMPS="$ROOT/.setup"
VENV="$ROOT/.venv"
STATE_DIR="${XDG_STATE_HOME:-${HOME:-/root}/.local/state}/dsfleet"
export ROOT STAMPS VENV STATE_DIR

say() {
  printf 'setup: %s\n' "$*"
}

# Says what is missing and what to do, and ends the step.
refuse() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# Prints one digest over the names and contents of the files and folders given, what tools leave in them left out.
digest_of() {
  find "$@" \( -name node_modules -o -name __pycache__ -o -name dist -o -name coverage \) -prune \
    -o -type f ! -name '*.pyc' ! -name '*.tsbuildinfo' -print0 \
    | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

# True when step $1 was finished with digest $2.
is_done() {
  [ -f "$STAMPS/$1" ] && [ "$(cat "$STAMPS/$1")" = "$2" ]
}

mark_done() {
  mkdir -p "$STAMPS"
  printf '%s' "$2" > "$STAMPS/$1"
}

# Runs a command silently; shows the end of what it said when it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" > "$log" 2>&1 < /dev/null || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 30 "$log" >&2
    say "this failed with exit code $status: $*" >&2
  fi
  rm -f "$log"
  return "$status"
}

is_root() {
  [ "$(id -u)" -eq 0 ]
}

# Installs the Debian packages named, the package lists fetched once a day.
install_packages() {
  is_root || refuse "these Debian packages are missing and only root can install them: $*"
  command -v apt-get > /dev/null || refuse "these packages are missing and there is no apt-get here to install them: $*"
  export DEBIAN_FRONTEND=noninteractive
  if ! is_done apt-update "$(date +%Y-%m-%d)"; then
    say "fetching Debian's package lists"
    quietly apt-get update || refuse "apt-get update failed: is Debian's archive reachable?"
    mark_done apt-update "$(date +%Y-%m-%d)"
  fi
  say "installing Debian packages: $*"
  quietly apt-get install -y --no-install-recommends "$@" || refuse "apt-get could not install: $*"
}
