#!/bin/sh
# Installs what the tests and the demo use beyond npm, where this is Debian and we are root; says so where it cannot.
set -u
packages="iproute2 iptables nftables conntrack ipset ethtool containernetworking-plugins containerd runc busybox-static
  systemd-journal-remote procps util-linux openssl"
wanted=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || wanted="$wanted $package"
done
[ -z "$wanted" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "setup: not installed:$wanted (needs root on Debian); tests that use them are skipped"
  exit 0
fi
echo "setup: installing the Debian packages$(echo "$wanted" | tr '\n' ' ' | tr -s ' ')"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends $wanted >/dev/null 2>&1 ||
  { echo "setup: could not install:$wanted; tests that use them are skipped"; exit 0; }
