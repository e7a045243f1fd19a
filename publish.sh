#!/usr/bin/env bash
# Makes the Native AOT binary artifacts/sluice. Installs the C toolchain that this needs where it is missing.
set -euo pipefail
cd "$(dirname "$0")"
if missing="$(eng/need-aot-toolchain.sh --list)"; then
  sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  if command -v apt-get >/dev/null 2>&1; then
    echo "installing: $missing"
    $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "publish.sh: Native AOT needs a C linker and zlib's headers; please install: $missing" >&2; exit 2
  fi
fi
# gcc links as well as clang does; the SDK asks for clang unless told otherwise.
linker=clang; command -v clang >/dev/null 2>&1 || linker=gcc
dotnet publish src/Sluice.Cli/Sluice.Cli.csproj -c Release --use-current-runtime -p:CppCompilerAndLinker=$linker -o artifacts/publish -v quiet --nologo
install -m 755 artifacts/publish/sluice artifacts/sluice
rm -rf artifacts/publish
echo "artifacts/sluice ($(du -h artifacts/sluice | cut -f1))"
