#!/bin/bash
# Writes build/order/methods.txt: which functions a proxy and its supervisor call once they serve. The compiler puts
# these first, in this order; a name that is not there any more does no harm. Needs root, ./build.sh, gcc and python3;
# to be run again when much of what the proxy does for each request has other names.
set -euo pipefail
cd "$(dirname "$0")/../.."
./build.sh
symbols=artifacts/publish/holdfast.dbg
directory="$(mktemp -d)"
trap 'rm -rf "$directory"' EXIT
gcc -O2 -o "$directory/called" build/order/called.c
for tool in load origin; do
  gcc -O2 -o "$directory/$tool" "bench/Holdfast.ProxyBench/$tool.c"
done
read -r first size < <(readelf -SW "$symbols" 2>/dev/null |
  sed -n 's/.*__managedcode *[A-Z]* *\([0-9a-f]*\) [0-9a-f]* \([0-9a-f]*\).*/\1 \2/p')
last="$(printf %016x $((16#$first + 16#$size)))"
# All names that a place has. Compared as text: some offsets look like numbers with an exponent.
nm "$symbols" | awk -v first="x$first" -v last="x$last" '
  $2 ~ /[tT]/ && "x" $1 >= first && "x" $1 < last { print $1, $3 }' | LC_ALL=C sort >"$directory/functions"

serve() { # MODE CLIENTS: what is called while clients keep their connections, come and go
  cat >"$directory/haproxy.cfg" <<CONFIGURATION
global
    nbthread 1
    maxconn 2000
    log 127.0.0.1:9001 local0
defaults
    mode $1
    log global
    option ${1}log
    timeout connect 10s
    timeout client 30s
    timeout server 30s
frontend clients
    bind 127.0.0.1:9100
    default_backend servers
backend servers
    server origin 127.0.0.1:9000 check inter 1s
CONFIGURATION
  timeout 60 unshare -n bash -c '
    ip link set lo up
    timeout 50 "$0/origin" 127.0.0.1 9000 & origin=$!
    out/haproxy -W -db -f "$0/haproxy.cfg" >"$0/log" 2>&1 & supervisor=$!
    until (exec 3<>/dev/tcp/127.0.0.1/9100) 2>/dev/null && child="$(pgrep -P $supervisor)"; do
      read -rt 0.1 <> <(:) || true
    done
    "$0/called" 14 "$0/functions" $supervisor $child >>"$0/names" & tool=$!
    read -rt 1 <> <(:) || true
    for kind in keep close; do
      (echo; read -rt 5 <> <(:) || true) |
        timeout 20 "$0/load" 127.0.0.1 9100 100 4000 $kind /128 2000 >/dev/null || true
    done
    wait $tool || true
    kill $origin' "$directory" || true
}
serve http
serve tcp
awk '!seen[$0]++' "$directory/names" >build/order/methods.txt
wc -l build/order/methods.txt
