#!/bin/bash
# boot.sh BASE SHARED CGROUP PROGRAM...: a machine of its own on a Debian root that it does not change.
# BASE is the root, SHARED a directory that the machine sees as /shared, read-only. CGROUP is the name of its cgroup.
# Runs in the network namespace and PID namespace that it is started in, and makes all others. PROGRAM becomes process 1
# of one more PID namespace, so that killing that one, or us, ends all of it; nothing is left on the host but the empty
# cgroup, which the caller removes.
set -euo pipefail
base="$1" shared="$2" cgroup="$3"
shift 3

if [ "${HOLDFAST_MACHINE_STAGE:-}" != inside ]; then
  # The cgroup first: the cgroup namespace that is made next has it as its root.
  mount -t tmpfs tmpfs /mnt
  mkdir /mnt/cgroup
  mount -t cgroup2 cgroup2 /mnt/cgroup
  mkdir -p "/mnt/cgroup/$cgroup"
  echo $$ >"/mnt/cgroup/$cgroup/cgroup.procs"
  export HOLDFAST_MACHINE_STAGE=inside
  exec unshare --mount --pid --cgroup --ipc --uts --fork --kill-child "$0" "$base" "$shared" "$cgroup" "$@"
fi

mount -t tmpfs -o mode=755 tmpfs /mnt
cd /mnt
mkdir upper work root
mount -t overlay overlay -o "lowerdir=$base,upperdir=/mnt/upper,workdir=/mnt/work" root
cd root
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
for node in null:3 zero:5 full:7 random:8 urandom:9; do
  mknod -m 666 "dev/${node%:*}" c 1 "${node#*:}"
done
mknod -m 666 dev/tty c 5 0
# Boot messages go nowhere; the journal has them.
mknod -m 600 dev/console c 1 3
ln -s /proc/self/fd dev/fd
mkdir -p shared .host
mount --bind "$shared" shared
mount -o remount,bind,ro shared
echo machine >etc/hostname
hostname machine
pivot_root . .host
cd /
umount -l .host
rmdir .host
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C container=holdfast-test "$@"
