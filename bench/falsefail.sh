#!/bin/sh
# Measures false alarms: healthy pairs of the original keepalived and of Holdfast, in turns, on a machine with four times
# as many busy processes as processors. Needs root and a keepalived 2.2.7.
# Usage: bench/falsefail.sh [--rounds N] [--seconds N] [--keepalived PATH] [--holdfast PATH] [--json FILE]
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" -ne 0 ]; then
  echo "bench/falsefail.sh: network namespaces need root" >&2
  exit 1
fi
dotnet build -c Release -v quiet --nologo bench/Holdfast.FalseFail >&2
exec bench/Holdfast.FalseFail/bin/Release/net10.0/Holdfast.FalseFail "$@"
