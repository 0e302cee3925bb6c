#!/bin/sh
# Installs what Debian has and the machine lacks; elsewhere says in one line what is missing and goes on.
# usage: scripts/system.sh run|test
set -eu

FONTS_HAND="fonts-klee fonts-kiloji fonts-yusei-magic fonts-aoyagi-soseki"
FONTS_OUTSIDE="fonts-ipamj-mincho fonts-motoya-l-cedar fonts-motoya-l-maruberi fonts-umeplus"
FONTS_PRINT="fonts-noto-cjk fonts-ipaexfont fonts-ipafont fonts-morisawa-bizud-gothic fonts-morisawa-bizud-mincho fonts-takao fonts-vlgothic"
case "${1:-run}" in
    run) wanted="$FONTS_HAND $FONTS_PRINT" ;;
    test) wanted="$FONTS_HAND $FONTS_PRINT $FONTS_OUTSIDE chromium postgresql" ;;
    venv) wanted="python3-venv" ;;
    *) echo "usage: $0 run|test|venv" >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null 2>&1; then
    echo "todoke: no apt here; going on without: $wanted (print fonts come from wheels, other tests are skipped)" >&2
    exit 0
fi

missing=""
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    as_root="sudo" # at a terminal it may ask for the password
else
    echo "todoke: not root and no sudo without a password; going on without:$missing" >&2
    exit 0
fi
echo "todoke: installing from Debian:$missing" >&2
$as_root apt-get update -qq || true
# apt-get installs all or nothing: a name that this release does not know must not stop the others.
known=""
for package in $missing; do
    if apt-cache show "$package" >/dev/null 2>&1; then
        known="$known $package"
    else
        echo "todoke: this Debian has no package $package; going on without it" >&2
    fi
done
missing="$known"
[ -z "$missing" ] && exit 0
# The server package would start a cluster of its own; the tests start theirs.
if echo "$missing" | grep -q postgresql; then
    $as_root mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
# shellcheck disable=SC2086
if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Options::=--force-confold $missing >/dev/null; then
    echo "todoke: some Debian packages could not be installed:$missing" >&2
    [ "${CI:-}" = true ] && exit 1
fi
exit 0
