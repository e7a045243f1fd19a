#!/usr/bin/env bash
# What Native AOT needs beside the SDK: a C linker and zlib's headers.
#   eng/need-aot-toolchain.sh --list   prints the Debian packages that are missing; exits 1 when none is
set -euo pipefail
packages=""
command -v clang >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || packages="$packages clang"
if [ ! -e /usr/include/zlib.h ]; then packages="$packages zlib1g-dev"; fi
[ -n "$packages" ] || exit 1
echo $packages
