#!/usr/bin/env bash
# Makes the NuGet packages artifacts/packages/*.nupkg, with symbols: a feed that a folder's nuget.config can name.
#   ./pack.sh               builds first
#   ./pack.sh --no-build    packs what a Release build has made
set -euo pipefail
cd "$(dirname "$0")"
[ "${1:---no-build}" = --no-build ] || { echo "pack.sh: unknown argument $1" >&2; exit 2; }

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
rm -rf artifacts/packages
dotnet pack Sluice.slnx -c Release -o artifacts/packages -v quiet ${1:-}
# NuGet would go on using what it restored before by the same version.
cache="${NUGET_PACKAGES:-$HOME/.nuget/packages}"
for package in artifacts/packages/*.nupkg; do
  name="$(basename "$package" .nupkg | tr '[:upper:]' '[:lower:]')"
  id="$(sed -E 's/\.[0-9]+\.[0-9]+\.[0-9]+.*$//' <<<"$name")"
  rm -rf "${cache:?}/$id/${name#"$id".}"
done
echo "artifacts/packages: $(ls artifacts/packages/*.nupkg | wc -l) packages"
