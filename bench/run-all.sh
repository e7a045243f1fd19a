#!/usr/bin/env bash
# Measures what docs/benchmarks.md shows, in about nine minutes after building, and prints it as Markdown.
#   bench/run-all.sh                 print
#   bench/run-all.sh --write         put it into docs/benchmarks.md as well
#   bench/run-all.sh --broker PATH   another broker than artifacts/sluice, which is made first if it is missing
#   bench/run-all.sh --quick         one short round of each: whether everything runs, not how fast
set -euo pipefail
cd "$(dirname "$0")/.."

broker=artifacts/sluice; write=""; rounds="--rounds 3 --seconds 2 --warmup 0.5 --megabytes 4000"; quick=""
while [ $# -gt 0 ]; do
  case "$1" in
    --write) write=yes; shift ;;
    --quick) rounds="--rounds 1 --seconds 0.3 --warmup 0.1 --megabytes 300 --file-megabytes 64 --idle 1"; quick="--quick"; shift ;;
    --broker) [ $# -ge 2 ] || { echo "run-all.sh: --broker needs a path" >&2; exit 2; }; broker="$2"; shift 2 ;;
    -h|--help) sed -n '2,6p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) echo "run-all.sh: unknown argument $1 (try --help)" >&2; exit 2 ;;
  esac
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
[ -e "$broker" ] || ./publish.sh >&2
dotnet build bench/Sluice.Bench.Micro -c Release -v quiet --nologo -clp:NoSummary >&2

tables="$(mktemp)"; page="$(mktemp)"; trap 'rm -f "$tables" "$page"' EXIT
dotnet bench/Sluice.Bench.Load/bin/Release/net10.0/sluice-load.dll report --broker "$broker" $rounds | tee "$tables"
dotnet bench/Sluice.Bench.Micro/bin/Release/net10.0/Sluice.Bench.Micro.dll allocations --markdown | tee -a "$tables"
echo | tee -a "$tables"
dotnet bench/Sluice.Bench.Micro/bin/Release/net10.0/Sluice.Bench.Micro.dll log $quick | tee -a "$tables"
dotnet bench/Sluice.Bench.Micro/bin/Release/net10.0/Sluice.Bench.Micro.dll groups $quick | tee -a "$tables"
dotnet bench/Sluice.Bench.Micro/bin/Release/net10.0/Sluice.Bench.Micro.dll testing $quick | tee -a "$tables"
dotnet bench/Sluice.Bench.Micro/bin/Release/net10.0/Sluice.Bench.Micro.dll transactions $quick | tee -a "$tables"

if [ -n "$write" ]; then
  awk -v tables="$tables" '
    /<!-- measured: begin -->/ { print; print ""; while ((getline line < tables) > 0) print line; print ""; inside = 1; next }
    /<!-- measured: end -->/   { inside = 0 }
    !inside                    { print }' docs/benchmarks.md > "$page"
  cp "$page" docs/benchmarks.md
  echo "docs/benchmarks.md is up to date" >&2
fi
