#!/bin/sh
# Shows the example from beginning to end, on a copy that is removed afterwards.
# Needs `python` and `apirun` on the PATH. Ends with 1 if anything went wrong.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cloud=
trap 'test -z "$cloud" || kill "$cloud" 2>/dev/null || :; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cp -R "$here"/. "$work"
cd "$work"
find . -name '*.db*' -exec rm -f {} +
rm -f cloud.json

bold= plain=
if test -t 1; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); fi

say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() {
    say "\$ $*"
    "$@"
}
fail() {
    say "The demo failed: $*"
    exit 1
}
in_cloud() {
    python -c "import json; cloud = json.load(open('cloud.json')); print($1)"
}
requests() { in_cloud 'len(cloud["log"])'; }
things() { in_cloud 'sum(map(len, cloud["items"].values()))'; }

export CLOUD_PASSWORD=open-sesame
say '$ python cloud.py --port 0 &'
python cloud.py --port 0 >cloud.out &
cloud=$!
until grep -q 'cloud is at' cloud.out; do
    kill -0 "$cloud" 2>/dev/null || fail "the cloud did not start"
    sleep 0.1
done
cat cloud.out
api=$(sed 's/.* //' cloud.out)

show apirun stages validate
show apirun stages up --dry-run --var "api_base=$api"
test "$(requests)" -eq 0 || fail "validate or the dry run sent something"

show apirun stages up --var "api_base=$api"
test "$(things)" -eq 6 || fail "there are $(things) things in the cloud, not 6"
show apirun stages status --verbose

before=$(requests)
show apirun stages up --var "api_base=$api"
after=$(requests)
say "Requests that the cloud has seen: $before before the second up, $after after it."
test "$before" -eq "$after" || fail "the second up sent something"

show apirun stages down --var "api_base=$api"
left=$(things)
say "Things left in the cloud: $left."
test "$left" -eq 0 || fail "down left something behind"
