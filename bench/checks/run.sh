#!/bin/sh
# Measures TCP checks: the original with 1,000 and 10,000, Holdfast with 10,000, one after the other on one loopback.
# Needs root (a network namespace of its own), gcc and keepalived 2.2.7. Usage: bench/checks/run.sh [SECONDS]
set -eu
cd "$(dirname "$0")/../.."
if [ "$(id -u)" -ne 0 ]; then
  echo "bench/checks/run.sh: a network namespace needs root" >&2
  exit 1
fi
dotnet build -c Release -v quiet --nologo bench/checks >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -shared -fPIC -w -o "$work/fake_ipvs.so" bench/checks/fake_ipvs.c
bench=bench/checks/bin/Release/net10.0/Holdfast.CheckBench
# Mounts of its own, too: the daemon mounts the BPF file system for the xdp plane.
unshare -n -m sh -c 'ip link set lo up; ulimit -n 65536; exec "$@"' sh "$bench" compare "$work" "${1:-20}"
