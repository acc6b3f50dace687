#!/bin/sh
# Sees to it that there is a Chromium for the tests of what is shown in a browser.
# One that is there is taken; root gets it by apt; anybody else gets Debian's
# packages unpacked into DIRECTORY, and nothing is installed in the system.
#
#   sh chromium.sh DIRECTORY
set -eu
directory=${1:?usage: sh chromium.sh DIRECTORY}
for program in chromium chromium-browser google-chrome; do
    if command -v "$program" >/dev/null; then exit 0; fi
done
[ ! -e "$directory/.complete" ] || exit 0
command -v apt-get >/dev/null || { echo "there is no apt-get here" >&2; exit 1; }
wanted="chromium fonts-dejavu-core"
if [ "$(id -u)" = 0 ]; then
    apt-get update --quiet --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes \
        --no-install-recommends $wanted >/dev/null
    exit 0
fi
mkdir -p "$directory/packages"
directory=$(cd "$directory" && pwd)
packages=$(apt-get install --simulate --yes --no-install-recommends $wanted |
    sed -n 's/^Inst \([^ ]*\).*/\1/p')
[ -n "$packages" ] || { echo "apt knows no package to unpack" >&2; exit 1; }
cd "$directory/packages"
apt-get download --quiet --quiet $packages
for package in *.deb; do
    dpkg -x "$package" "$directory"
done
rm -rf "$directory/packages"
touch "$directory/.complete"
