#!/bin/bash
# Compiles bpf/director.bpf.c to the committed object bpf/director.bpf.o, which is embedded in Holdfast.Layer4.
# --check: only compares. Other versions of clang make other code of the same source, so the comparison needs the
# version below; another one only has to compile it.
set -euo pipefail
cd "$(dirname "$0")/../bpf"
clang_version=14
compile() {
  # Names as given, no debug sections: the same bytes in whatever directory the tree stands.
  clang --target=bpf -mcpu=v3 -O2 -g -fdebug-compilation-dir=/bpf -Wall -Wextra -Werror \
    -c director.bpf.c -o "$1"
  llvm-strip -g "$1"
}
if ! command -v clang >/dev/null || ! command -v llvm-strip >/dev/null; then
  echo "build/bpf.sh: clang and llvm-strip (package llvm) are needed to compile BPF" >&2
  exit 1
fi
if [ "${1:-}" != --check ]; then
  compile director.bpf.o
  exit 0
fi
object="$(mktemp)"
trap 'rm -f "$object"' EXIT
compile "$object"
if ! clang --version | grep -q "clang version $clang_version\\."; then
  echo "bpf/director.bpf.o: not compared, this is not clang $clang_version"
elif ! cmp -s "$object" director.bpf.o; then
  echo "bpf/director.bpf.o is not what its source compiles to: run build/bpf.sh" >&2
  exit 1
fi
