#!/bin/bash
# Publishes the one NativeAOT binary to out/holdfast, with the links by which it is called as one of the originals.
# Does nothing when nothing has changed since the last time. Needs the .NET 10 SDK, and installs what it lacks.
# build.sh --deb: makes the Debian package out/holdfast_VERSION_ARCH.deb, too.
set -euo pipefail
cd "$(dirname "$0")"
. build/packages.sh
deb=no
for argument in "$@"; do
  case "$argument" in
    --deb) deb=yes ;;
    *) echo "build.sh: usage: build.sh [--deb]" >&2; exit 2 ;;
  esac
done
install_missing clang:clang llvm:llvm-strip zlib1g-dev:/usr/include/zlib.h

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
case "$(uname -m)" in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) echo "build.sh: no NativeAOT for $(uname -m)" >&2; exit 1 ;;
esac

stamp=out/.stamp
inputs() {
  find src bpf -type d \( -name bin -o -name obj \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
  sha256sum Directory.Build.props Directory.Packages.props global.json build.sh build/bpf.sh \
    build/order/methods.txt
}
publish() {
  local log name
  mkdir -p out
  log="$(mktemp)"
  build/bpf.sh --check
  if ! dotnet publish src/Holdfast/Holdfast.csproj -c Release -r "$rid" -o artifacts/publish -v quiet >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  # Replaced by rename: a daemon that runs from the old file goes on undisturbed.
  cp artifacts/publish/holdfast out/holdfast.new
  mv -f out/holdfast.new out/holdfast
  for name in keepalived haproxy nginx ipvsadm genhash; do
    ln -sfn holdfast "out/$name"
  done
  # Restoring for a runtime identifier may have touched the lock files; the stamp is of what is there now.
  inputs | sha256sum | cut -d' ' -f1 >"$stamp"
  echo "out/holdfast: $(stat -c %s out/holdfast) bytes"
  rm -f "$log"
}

wanted="$(inputs | sha256sum | cut -d' ' -f1)"
if [ -x out/holdfast ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
  echo "out/holdfast is up to date"
else
  publish
fi
if [ "$deb" = yes ]; then
  packaging/make-deb.sh
fi
