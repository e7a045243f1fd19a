#!/usr/bin/env bash
# Runs every test. First installs what they need and this machine lacks.
#   ./test.sh                    the whole suite
#   ./test.sh --kafka FOLDER     also compares with the Apache Kafka in FOLDER (it holds the launcher `kafka` and libs/), and runs Kafka's own tools
#   ./test.sh --long             also the long runs: kill cycles, fuzzing, large data
#   ./test.sh --kill-cycles N    kills the broker N times under load (15 without this, 500 with --long)
#   ./test.sh --vm               also cuts the power of a virtual machine under load; installs QEMU, unpacks Debian's kernel (50 cuts with --long, else 3)
#   ./test.sh --only NAME        only the test projects whose name contains NAME
set -euo pipefail
cd "$(dirname "$0")"

only=""; vm=""
while [ $# -gt 0 ]; do
  case "$1" in
    --kafka) [ $# -ge 2 ] || { echo "test.sh: --kafka needs a folder" >&2; exit 2; }
             SLUICE_KAFKA_FOLDER="$(cd "$2" && pwd)"; export SLUICE_KAFKA_FOLDER; shift 2 ;;
    --long)  export SLUICE_LONG_TESTS=1; shift ;;
    --vm)    vm=1; shift ;;
    --kill-cycles) [ $# -ge 2 ] || { echo "test.sh: --kill-cycles needs a number" >&2; exit 2; }; export SLUICE_KILL_CYCLES="$2"; shift 2 ;;
    --only)  [ $# -ge 2 ] || { echo "test.sh: --only needs a name" >&2; exit 2; }; only="$2"; shift 2 ;;
    -h|--help) sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) echo "test.sh: unknown argument $1 (try --help)" >&2; exit 2 ;;
  esac
done

need() { # program, Debian package
  command -v "$1" >/dev/null 2>&1 && return
  missing="$missing $2"
}
missing=""
need kcat kcat
need strace strace
need openssl openssl
[ -z "${SLUICE_KAFKA_FOLDER:-}" ] || need java openjdk-17-jre-headless
[ -z "${SLUICE_KAFKA_FOLDER:-}" ] || need javac openjdk-17-jdk-headless
eng/need-aot-toolchain.sh --list > /dev/null && missing="$missing $(eng/need-aot-toolchain.sh --list)"
missing="$(echo $missing)"
if [ -n "$missing" ]; then
  sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  if command -v apt-get >/dev/null 2>&1; then
    echo "installing: $missing"
    $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "test.sh: please install: $missing" >&2; exit 2
  fi
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
echo "building"
dotnet build Sluice.slnx -c Release -v quiet --nologo -clp:NoSummary

if [ -n "$vm" ]; then
  ./publish.sh
  tests/Sluice.Vm.Tests/make-vm.sh artifacts/vm
  SLUICE_VM_FOLDER="$PWD/artifacts/vm"; export SLUICE_VM_FOLDER
fi

passed=0; failed=0; skipped=0; broken=""
# Seconds that one project may take: several times what the longest takes on two cores.
project_limit=900; [ -z "${SLUICE_LONG_TESTS:-}${SLUICE_KAFKA_FOLDER:-}$vm" ] || project_limit=36000
log="$(mktemp)"; failures="$(mktemp)"; trap 'rm -f "$log" "$failures"' EXIT
# A skipped test is counted; its name is of interest only beside a reason that is not the same for hundreds.
fold_skips='/ \[SKIP\]$/ { getline reason; count[reason]++; next } { print } END { for (reason in count) { text = reason; sub(/^ +/, "", text); printf "    skipped %d: %s\n", count[reason], text } }'
for project in tests/*/*.csproj; do
  name="$(basename "$project" .csproj)"
  [[ "$name" == *"$only"* ]] || continue
  grep -q '<IsTestProject>false' "$project" && continue
  echo; echo "== $name"
  status=0
  # A test that hangs is named once a minute; its project is ended, which fails the run but not what comes after it.
  timeout --kill-after=10 "$project_limit" dotnet "tests/$name/bin/Release/net10.0/$name.dll" -noLogo -noColor -longRunning 60 2>&1 | tee "$log" | grep -v -E '^\s*(Discovering|Discovered|Starting|Finished):' | awk "$fold_skips" || status=$?
  # Repeated at the end, where somebody looks who has only the last screen.
  awk '/ \[FAIL\]$/ { show = 1 } / \[SKIP\]$/ || /^===/ || /^  Finished:/ { show = 0 } show' "$log" | head -n 200 >> "$failures"
  summary="$(grep -E 'Total: [0-9]+' "$log" | tail -n 1 || true)"
  if [ -z "$summary" ]; then
    broken="$broken $name"; failed=$((failed + 1))
    grep -i 'long running' "$log" | tail -n 5 >> "$failures" || true
    continue
  fi
  number() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$summary"; }
  total=$(number Total); f=$(number Failed); e=$(number Errors); s=$(number Skipped)
  passed=$((passed + total - f - s)); failed=$((failed + f + e)); skipped=$((skipped + s))
done
echo
[ ! -s "$failures" ] || { echo "what failed, once more:"; cat "$failures"; echo; }
[ -z "$broken" ] || echo "ended without a summary:$broken"
[ -n "${SLUICE_KAFKA_FOLDER:-}" ] || echo "the comparison with Apache Kafka was skipped: give --kafka FOLDER to run it"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
