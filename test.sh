#!/bin/bash
# Builds everything once and runs every test. The last line is "N passed, N failed"; the exit code is 0 only when
# none failed. test.sh NAME... runs only the test projects whose names contain one of the words.
set -uo pipefail
cd "$(dirname "$0")"
. build/packages.sh
# gcc compares what we declare of the C headers; iproute2 and tshark look at namespaces from outside; debootstrap makes
# the Debian that the package is installed on, once, in HOLDFAST_TEST_CACHE (default /var/tmp/holdfast-tests, 500 MB).
install_missing gcc:gcc libc6-dev:/usr/include/stdio.h linux-libc-dev:/usr/include/linux/rtnetlink.h \
  iproute2:ip iputils-ping:ping procps:ps openssl:openssl dnsmasq-base:/usr/sbin/dnsmasq keepalived:/usr/sbin/keepalived \
  haproxy:/usr/sbin/haproxy nginx:/usr/sbin/nginx \
  libnginx-mod-stream:/usr/lib/nginx/modules/ngx_stream_module.so libnginx-mod-mail:/usr/lib/nginx/modules/ngx_mail_module.so \
  apache2-bin:/usr/sbin/apache2 lighttpd:/usr/sbin/lighttpd nodejs:node \
  redis-server:/usr/bin/redis-server ipvsadm:/usr/sbin/ipvsadm user-mode-linux:/usr/bin/linux.uml "libbpf1:/usr/lib/$(uname -m)-linux-gnu/libbpf.so.1" \
  socat:socat curl:curl python3-minimal:python3 lintian:lintian debootstrap:debootstrap nftables:/usr/sbin/nft || exit 1

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT

echo "Building"
if ! ./build.sh; then
  echo "0 passed, 1 failed"
  exit 1
fi
if ! dotnet build Holdfast.slnx -c Release -v quiet >"$results/build.log" 2>&1; then
  grep -E 'error' "$results/build.log" | sort -u | head -40
  echo "0 passed, 1 failed"
  exit 1
fi

selected() {
  [ "$#" -eq 1 ] && return 0
  local project="$1" word
  shift
  for word in "$@"; do
    [[ "$project" == *"$word"* ]] && return 0
  done
  return 1
}

# Runs one project; its summary goes to a file, its whole output only when something failed.
run() {
  local project="$1" begin end line status=0
  local program="tests/$project/bin/Release/net10.0/$project"
  begin=$(date +%s%N)
  timeout --kill-after=10 900 "$program" -noColor >"$results/$project.out" 2>&1 || status=$?
  end=$(date +%s%N)
  line="$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+' "$results/$project.out" | tail -1)"
  local total errors failed
  total="$(sed -nE 's/.*Total: ([0-9]+).*/\1/p' <<<"$line")"
  errors="$(sed -nE 's/.*Errors: ([0-9]+).*/\1/p' <<<"$line")"
  failed="$(sed -nE 's/.*Failed: ([0-9]+).*/\1/p' <<<"$line")"
  total="${total:-0}"
  failed=$((${failed:-0} + ${errors:-0}))
  # A program that crashed, or hung, or found no test has failed, whatever it printed.
  if [ "$failed" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$total" -eq 0 ]; }; then
    failed=1
    total=$((total > 0 ? total : 1))
    echo "$project ended with status $status" >>"$results/$project.out"
  fi
  echo "$((total - failed)) $failed" >"$results/$project.count"
  printf '%-28s %5d passed %5d failed %7d ms\n' "$project" "$((total - failed))" "$failed" \
    "$(((end - begin) / 1000000))"
  if [ "$failed" -ne 0 ]; then
    tail -200 "$results/$project.out"
  fi
}

# Those that need the kernel's namespaces, real programs or real time run alone; the others two at a time.
alone=(Holdfast.Kernel.Tests Holdfast.Lab.Tests Holdfast.Garden.Tests Holdfast.HAProxyParity.Tests Holdfast.Parity.Tests
  Holdfast.Linux.Tests Holdfast.Runtime.Tests Holdfast.Tests
  Holdfast.EndToEnd.Tests Holdfast.Packaging.Tests Holdfast.UserMode.Tests Holdfast.Xdp.Tests Holdfast.Nftables.Tests)
together=()
single=()
for path in tests/*/*.csproj; do
  project="$(basename "$path" .csproj)"
  grep -q 'Include="xunit.v3"' "$path" || continue
  selected "$project" "$@" || continue
  if [[ " ${alone[*]} " == *" $project "* ]]; then
    single+=("$project")
  else
    together+=("$project")
  fi
done
echo "Running"
while [ "${#together[@]}" -gt 0 ]; do
  run "${together[0]}" &
  if [ "${#together[@]}" -gt 1 ]; then
    run "${together[1]}" &
  fi
  wait
  together=("${together[@]:2}")
done
for project in "${single[@]}"; do
  run "$project"
done

passed=0
failed=0
for count in "$results"/*.count; do
  [ -e "$count" ] || continue
  read -r p f <"$count"
  passed=$((passed + p))
  failed=$((failed + f))
done
if [ "$((passed + failed))" -eq 0 ]; then
  failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
