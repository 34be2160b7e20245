#!/bin/bash
# What parsing and writing a head costs: bench/http.sh [ROUNDS]. Published as the product is (NativeAOT).
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet publish -c Release -r linux-x64 -v quiet -o artifacts/http-bench bench/Holdfast.HttpBench >/dev/null
exec taskset -c 0 artifacts/http-bench/Holdfast.HttpBench "$@"
