#!/bin/bash
# Compiles bpf/*.bpf.c to the committed objects bpf/*.bpf.o, which are embedded in Holdfast.Layer4.
# --check: only compares. Other versions of clang make other code of the same source, so the comparison needs the
# version below; another one only has to compile it.
set -euo pipefail
cd "$(dirname "$0")/../bpf"
clang_version=14
compile() {
  # Names as given, no debug sections: the same bytes in whatever directory the tree stands.
  clang --target=bpf -mcpu=v3 -O2 -g -fdebug-compilation-dir=/bpf -Wall -Wextra -Werror \
    -c "$1.bpf.c" -o "$2"
  llvm-strip -g "$2"
}
if ! command -v clang >/dev/null || ! command -v llvm-strip >/dev/null; then
  echo "build/bpf.sh: clang and llvm-strip (package llvm) are needed to compile BPF" >&2
  exit 1
fi
object="$(mktemp)"
trap 'rm -f "$object"' EXIT
for program in director decapsulator; do
  if [ "${1:-}" != --check ]; then
    compile "$program" "$program.bpf.o"
    continue
  fi
  compile "$program" "$object"
  if ! clang --version | grep -q "clang version $clang_version\\."; then
    echo "bpf/$program.bpf.o: not compared, this is not clang $clang_version"
  elif ! cmp -s "$object" "$program.bpf.o"; then
    echo "bpf/$program.bpf.o is not what its source compiles to: run build/bpf.sh" >&2
    exit 1
  fi
done
