#!/bin/bash
# Puts out/holdfast_VERSION_ARCH.deb together from out/holdfast; called by "build.sh --deb".
# DEB_VERSION: another version than that of Directory.Build.props. DEB_BINARY, DEB_OUTPUT: other places than out/.
# All times in the package are that of the last commit, and all owners root, so that it is the same wherever it is made.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

version="${DEB_VERSION:-$(sed -nE 's|.*<Version>(.*)</Version>.*|\1|p' Directory.Build.props)}"
binary="${DEB_BINARY:-out/holdfast}"
output="${DEB_OUTPUT:-out}"
architecture="$(dpkg --print-architecture)"
SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}"
export SOURCE_DATE_EPOCH

root="$(mktemp -d)"
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
# put MODE SOURCE TARGET
put() { install -D -m "$1" "$2" "$root$3"; }
# zip TARGET: compressed as the policy asks for, from standard input, and without a time of its own.
zip() {
  mkdir -p "$(dirname "$root$1")"
  gzip -9n >"$root$1"
  chmod 644 "$root$1"
}

put 755 "$binary" /usr/bin/holdfast
# By these links the binary is called as one of the originals; which of them are in /usr/sbin, decides debian/names.
mkdir -p "$root/usr/lib/holdfast/bin"
for name in keepalived haproxy nginx ipvsadm genhash; do
  ln -s ../../../bin/holdfast "$root/usr/lib/holdfast/bin/$name"
done
put 755 packaging/debian/names /usr/lib/holdfast/names
put 644 packaging/systemd/holdfast.service /lib/systemd/system/holdfast.service
put 644 packaging/systemd/holdfast-scripts.service /lib/systemd/system/holdfast-scripts.service
put 644 packaging/systemd/holdfast-scripts.socket /lib/systemd/system/holdfast-scripts.socket
put 644 packaging/systemd/xdp.conf /usr/lib/holdfast/xdp.conf
put 644 packaging/systemd/holdfast.tmpfiles /usr/lib/tmpfiles.d/holdfast.conf
put 644 packaging/systemd/holdfast.sysusers /usr/lib/sysusers.d/holdfast.conf
put 644 packaging/etc/default /etc/default/holdfast
put 644 packaging/etc/logrotate /etc/logrotate.d/holdfast
put 644 packaging/etc/keepalived.conf.sample /etc/holdfast/keepalived.conf.sample
put 644 packaging/holdfast.bash-completion /usr/share/bash-completion/completions/holdfast

"$binary" manual holdfast.1 | zip /usr/share/man/man1/holdfast.1.gz
"$binary" manual holdfast-keepalived.8 | zip /usr/share/man/man8/holdfast-keepalived.8.gz
put 644 packaging/debian/copyright /usr/share/doc/holdfast/copyright
put 644 docs/keepalived.md /usr/share/doc/holdfast/keepalived.md
put 644 docs/tasks/install-and-upgrade.md /usr/share/doc/holdfast/install-and-upgrade.md
put 644 docs/tasks/lvs.md /usr/share/doc/holdfast/lvs.md
zip /usr/share/doc/holdfast/NEWS.gz <CHANGELOG.md
{
  echo "holdfast ($version) unstable; urgency=medium"
  echo
  echo "  * What has changed stands in NEWS.gz."
  echo
  echo " -- The Holdfast developers <holdfast@example.org>  $(date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | zip /usr/share/doc/holdfast/changelog.gz

mkdir "$root/DEBIAN"
size="$(du -sk --apparent-size "$root" | cut -f1)"
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" \
  packaging/debian/control >"$root/DEBIAN/control"
chmod 644 "$root/DEBIAN/control"
put 644 packaging/debian/conffiles /DEBIAN/conffiles
put 644 packaging/debian/triggers /DEBIAN/triggers
for script in postinst prerm postrm; do
  put 755 "packaging/debian/$script" "/DEBIAN/$script"
done
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -print | cut -c3- | LC_ALL=C sort | xargs md5sum) \
  >"$root/DEBIAN/md5sums"
chmod 644 "$root/DEBIAN/md5sums"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$output"
package="$output/holdfast_${version}_$architecture.deb"
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
echo "$package: $(stat -c %s "$package") bytes"
