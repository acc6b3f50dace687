#!/bin/sh
# Unpacks Debian's RabbitMQ, and what of Erlang is missing, into DIRECTORY.
# Nothing is installed in the system, and root is not needed.
#
#   sh install.sh DIRECTORY
set -eu
directory=${1:?usage: sh install.sh DIRECTORY}
[ -e "$directory/.complete" ] && exit 0
command -v apt-get >/dev/null || { echo "there is no apt-get here" >&2; exit 1; }
mkdir -p "$directory/packages"
directory=$(cd "$directory" && pwd)
packages=$(apt-get install --simulate --yes --no-install-recommends rabbitmq-server |
    sed -n 's/^Inst \([^ ]*\).*/\1/p')
cd "$directory/packages"
[ -z "$packages" ] || apt-get download --quiet --quiet --option APT::Sandbox::User= $packages
for package in *.deb; do
    [ ! -e "$package" ] || dpkg -x "$package" "$directory"
done
rm -rf "$directory/packages"
if [ -e "$directory/usr/lib/erlang/bin/erl" ]; then
    sed -i "s|=/usr/lib/erlang|=$directory/usr/lib/erlang|" "$directory/usr/lib/erlang/bin/erl"
fi
touch "$directory/.complete"
