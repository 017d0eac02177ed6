# Sourced by the scripts: need_packages PROBE... installs by apt what is missing.
# Debian 12 and Ubuntu 24.04 name these packages alike.

explainn_packages=(g++ make cmake zlib1g-dev libboost-dev libxtensor-dev libcli11-dev libhts-dev libbigwig-dev)

# the status file answers without dpkg-query's start-up, and names what is half installed as not installed
installed_packages()
{
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p'
}

apt()
{
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "packages are missing and neither root nor sudo is at hand"; return 1; }
        as_root=(sudo)
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -y -o Acquire::Retries=3 \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# need_packages NAME...: true when all are there at the end
need_packages()
{
    local have missing=() name try log
    command -v apt-get >/dev/null || { echo "no apt-get here: install by hand what CMake asks for"; return 0; }
    have=$(installed_packages)
    for name in "$@"; do
        grep -qxF -- "$name" <<<"$have" || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    log=$(mktemp) || return 1
    echo "installing ${missing[*]}"
    for try in 1 2 3; do
        apt update >"$log" 2>&1
        if apt install --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
            rm -f "$log"
            return 0
        fi
        sleep $((try * 5))
    done
    tail -n 20 "$log"
    rm -f "$log"
    return 1
}
