#!/bin/sh
# Compiles kernels.as to kernels.wasm, which is committed: AssemblyScript (100 MB) is no dependency of this
# project. A test compares the source's digest with the one kept in kernels.sha256.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp kernels.as "$work/kernels.ts" # the compiler asks for this ending
npx --yes -p assemblyscript@0.28.20 asc "$work/kernels.ts" -o kernels.wasm \
  --runtime stub --enable simd -O3 --noAssert --memoryBase 1024
sha256sum kernels.as | cut -d' ' -f1 > kernels.sha256
