#!/bin/bash
# Builds what is missing and shows two nodes that keep a virtual IP, on this machine, in under a minute.
# Usage: ./demo.sh [SCENE] [--stay] [--plain] [--daemon PATH]; ./demo.sh --help names the scenes. Needs root, because
# the nodes are network namespaces. The scene lvs shows virtual servers on this kernel, which needs no IPVS; lvs-ipvs
# shows the same on a real IPVS in user-mode Linux, which it installs, and needs no root. The scene web shows a
# web front end, the seed's haproxy.cfg on two nodes, under load.
set -eu
cd "$(dirname "$0")"
case " $* " in
  *" --help "* | *" -h "*) ;;
  *" lvs-ipvs "*)
    # Its nodes are in a kernel of their own, a process like any other; only to install that needs root.
    . build/packages.sh
    install_missing user-mode-linux:/usr/bin/linux.uml || exit 1
    ;;
  *)
    if [ "$(id -u)" -ne 0 ]; then
      echo "demo.sh: the nodes are network namespaces, which need root: sudo ./demo.sh $*" >&2
      exit 1
    fi
    case " $* " in
      *" lvs "*)
        . build/packages.sh
        install_missing "libbpf1:/usr/lib/$(uname -m)-linux-gnu/libbpf.so.1" || exit 1
        ;;
    esac
    ;;
esac
./build.sh
exec out/holdfast demo "$@"
