# Sourced by build.sh, test.sh and demo.sh: installs Debian packages that are missing, and starts no service.

# install_missing PACKAGE:WHAT... installs each package whose WHAT is missing: a path, or a command.
install_missing() {
  local item package what missing=()
  for item in "$@"; do
    package="${item%%:*}"
    what="${item#*:}"
    case "$what" in
      /*) [ -e "$what" ] || missing+=("$package") ;;
      *) command -v "$what" >/dev/null 2>&1 || missing+=("$package") ;;
    esac
  done
  [ "${#missing[@]}" -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    echo "These Debian packages are missing, and only root can install them: ${missing[*]}" >&2
    return 1
  fi
  echo "Installing Debian packages: ${missing[*]}"
  local policy=/usr/sbin/policy-rc.d made=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made=1
  fi
  local status=0
  {
    apt-get update -qq &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  } || status=$?
  if [ "$made" -eq 1 ]; then
    rm -f "$policy"
  fi
  return "$status"
}
