#!/usr/bin/env bash
# Runs the tests of a sample (samples/OrdersService without a name) against the packages in artifacts/packages, as somebody would who has just cloned the
# repository: `dotnet test` in its folder. Only the folder for restored packages is another one, so that the packages are those just made and nobody else's are replaced.
set -euo pipefail
cd "$(dirname "$0")/.."
sample="${1:-OrdersService}"; [ $# -eq 0 ] || shift
if [ -z "${RestoreFallbackFolders:-}" ]; then
  # What was restored before by anybody is good enough for everything else.
  restored="${NUGET_PACKAGES:-$HOME/.nuget/packages}"
  [ ! -d "$restored" ] || export RestoreFallbackFolders="$restored"
fi
export NUGET_PACKAGES="$PWD/artifacts/nuget"
rm -rf artifacts/nuget/sluice.*
cd "samples/$sample"
exec dotnet test --nologo "$@"
