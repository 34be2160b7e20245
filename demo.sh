#!/bin/bash
# Builds what is missing and shows two nodes that keep a virtual IP, on this machine, in under a minute.
# Usage: ./demo.sh [SCENE] [--stay] [--plain] [--daemon PATH]; ./demo.sh --help names the scenes. Needs root, because
# the nodes are network namespaces; the scene lvs has them in user-mode Linux, which it installs, and needs no root.
set -eu
cd "$(dirname "$0")"
case " $* " in
  *" --help "* | *" -h "*) ;;
  *" lvs "*)
    # Its nodes are in a kernel of their own, a process like any other; only to install that needs root.
    . build/packages.sh
    install_missing user-mode-linux:/usr/bin/linux.uml || exit 1
    ;;
  *)
    if [ "$(id -u)" -ne 0 ]; then
      echo "demo.sh: the nodes are network namespaces, which need root: sudo ./demo.sh $*" >&2
      exit 1
    fi
    ;;
esac
./build.sh
exec out/holdfast demo "$@"
