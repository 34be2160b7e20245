# Sourced inside user-mode Linux, where the clock may be set: two routers in two network namespaces, and steps of an hour.
# HOLDFAST_OUT is where the programs are.
mkdir -p /run/netns /run/t
ip netns add a; ip netns add b
ip link add va type veth peer name vb
ip link set va netns a name eth0; ip link set vb netns b name eth0
for node in a b; do ip -n $node link set lo up; ip -n $node link set eth0 up; done
sleep 2 # until both have a carrier
start() { # name, last byte of the address, priority
  ip -n "$1" addr add "192.168.1.$2/24" dev eth0
  cat > "/run/t/$1.conf" <<EOF
vrrp_instance VI_1 {
    version 3
    interface eth0
    virtual_router_id 51
    priority $3
    advert_int 1
    virtual_ipaddress {
        192.168.1.100/24
    }
}
EOF
  ip netns exec "$1" "$HOLDFAST_OUT/keepalived" -n -l -P -f "/run/t/$1.conf" -p "/run/t/$1.pid" \
    -r "/run/t/$1v.pid" "--run-dir=/run/t/$1" > "/run/t/$1.log" 2>&1 &
}
moves() { grep -h Entering /run/t/a.log /run/t/b.log | wc -l; }
start a 1 200
tries=0
while ! grep -q 'Entering MASTER' /run/t/a.log && [ $tries -lt 300 ]; do sleep 0.1; tries=$((tries + 1)); done
start b 2 100
sleep 5
echo "moves at first: $(moves)"
for step in +3600 -3600; do
  before="$(date -u +%s)"
  date -u -s "@$((before $step))" > /dev/null
  echo "clock: $(($(date -u +%s) - before))"
  sleep 6 # longer than any timer of the protocol
  echo "moves: $(moves)"
  echo "holders: $(for n in a b; do ip -n $n -o addr show to 192.168.1.100 | grep -q eth0 && echo -n $n; done)"
done
grep -h . /run/t/a.log /run/t/b.log | sed 's/^/log: /'
