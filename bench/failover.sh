#!/bin/sh
# Measures failing over: the original keepalived and Holdfast in the same run. Needs root and a keepalived 2.2.7.
# Usage: bench/failover.sh [--rounds N] [--only CASE]... [--list]; without further options all cases, ten rounds.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" -ne 0 ]; then
  echo "bench/failover.sh: network namespaces need root" >&2
  exit 1
fi
dotnet build -c Release -v quiet --nologo bench/Holdfast.Bench >&2
exec bench/Holdfast.Bench/bin/Release/net10.0/Holdfast.Bench "$@"
