#!/usr/bin/env bash
# Installs the Debian packages some tests need, where that can be done without asking anybody. Where it cannot, those tests
# are skipped, counted, and say which package they miss.
set -uo pipefail

missing=()
command -v qemu-io >/dev/null 2>&1 || missing+=(qemu-utils)
command -v nbdcopy >/dev/null 2>&1 || missing+=(libnbd-bin)
[ -n "$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null)" ] || missing+=(postgresql)
if [ ${#missing[@]} -eq 0 ] || ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
  exit 0
fi

printf 'propolis: installing %s for the tests that use them\n' "${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
{ timeout 120 apt-get update && timeout 240 apt-get install -y --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 \
  || printf 'propolis: that failed; the tests that need them are skipped\n' >&2
