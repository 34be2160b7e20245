#!/bin/sh
# Builds what is missing and shows two nodes that keep a virtual IP, on this machine, in under a minute.
# Usage: ./demo.sh [SCENE] [--stay] [--plain] [--daemon PATH]; ./demo.sh --help names the scenes. Needs root, because
# the nodes are network namespaces.
set -eu
cd "$(dirname "$0")"
case " $* " in
  *" --help "* | *" -h "*) ;;
  *)
    if [ "$(id -u)" -ne 0 ]; then
      echo "demo.sh: the nodes are network namespaces, which need root: sudo ./demo.sh $*" >&2
      exit 1
    fi
    ;;
esac
./build.sh
exec out/holdfast demo "$@"
