#!/usr/bin/env bash
# Runs every test project of a finished build and adds up what they report.
# Usage: eng/test.sh PROVIDER [filter words passed to 'dotnet test']
set -uo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
provider=$1
shift
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

status=0
for project in "$root"/tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  dll="$root/artifacts/$provider/bin/$name/release/$name.dll"
  printf '\n== %s\n' "$name"
  dotnet test "$dll" --nologo --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" \
    --results-directory "$results" "$@" || status=1
done

# Counters of a result file: total="9" executed="8" passed="8" failed="0" ...
sum() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' \
  | awk '{ n += $1 } END { print n + 0 }'; }
total=$(sum total) executed=$(sum executed) passed=$(sum passed)
failed=$((executed - passed))
skipped=$((total - executed))
# A run that broke before it could count is a failure, whatever the counts say.
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
printf '\n'
if [ "$skipped" -gt 0 ]; then
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
else
  printf '%d passed, %d failed\n' "$passed" "$failed"
fi
[ "$failed" -eq 0 ]
