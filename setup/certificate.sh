#!/usr/bin/env bash
# Makes a certificate under which this machine may serve others on the local network (make lan).
# FOLDER gets authority.pem, which each phone and screen installs once, and cert.pem with key.pem for
# the server. The authority's own key can vouch for private addresses and .lan names only; it stays
# in FOLDER, readable by its owner alone. Usage: setup/certificate.sh FOLDER HOST...
set -euo pipefail
umask 077
if [ $# -lt 2 ] || [ -z "$2" ]; then
    echo "Name this machine's address on the network: make certificate HOST=192.168.1.20" >&2
    exit 2
fi
folder=$1
shift
command -v openssl >/dev/null || { echo "openssl is missing: apt install openssl" >&2; exit 2; }

names=""
for host in "$@"; do
    if [[ $host =~ ^[0-9]{1,3}(\.[0-9]{1,3}){3}$ ]]; then names+="${names:+,}IP:$host"
    elif [[ $host =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]]; then names+="${names:+,}DNS:$host"
    else echo "This is neither an address nor a name of a machine: $host" >&2; exit 2; fi
done

mkdir -p "$folder"
work=$(mktemp -d "$folder/.making.XXXXXX")
trap 'rm -rf "$work"' EXIT

if ! openssl x509 -in "$folder/authority.pem" -noout -checkend 2592000 >/dev/null 2>&1 || [ ! -s "$folder/authority.key" ]; then
    private="permitted;IP:10.0.0.0/255.0.0.0,permitted;IP:172.16.0.0/255.240.0.0,permitted;IP:192.168.0.0/255.255.0.0,permitted;IP:127.0.0.0/255.0.0.0"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 3650 \
        -subj "/CN=Shouwang $(hostname 2>/dev/null || echo laptop)" -keyout "$work/authority.key" -out "$work/authority.pem" \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
        -addext "nameConstraints=critical,$private,permitted;DNS:lan,permitted;DNS:local,permitted;DNS:localhost,permitted;DNS:home.arpa" 2>"$work/said" || { cat "$work/said" >&2; exit 2; }
    mv "$work/authority.key" "$work/authority.pem" "$folder/"
fi

openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -subj "/CN=Shouwang server" -keyout "$work/key.pem" -out "$work/asked.pem" 2>"$work/said" || { cat "$work/said" >&2; exit 2; }
printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=%s\n' "$names" > "$work/extensions"
openssl x509 -req -in "$work/asked.pem" -CA "$folder/authority.pem" -CAkey "$folder/authority.key" \
    -set_serial "0x$(openssl rand -hex 16)" -days 397 -sha256 -extfile "$work/extensions" -out "$work/cert.pem" 2>"$work/said" || { cat "$work/said" >&2; exit 2; }
if ! openssl verify -CAfile "$folder/authority.pem" "$work/cert.pem" >/dev/null 2>&1; then
    echo "Only private addresses (10.x, 172.16–31.x, 192.168.x) and names under .lan, .local or .home.arpa are vouched for; not: $names. For another network ask who keeps it for a certificate and put it there as cert.pem and key.pem." >&2
    exit 2
fi
mv "$work/key.pem" "$work/cert.pem" "$folder/"
echo "The certificate for $names is in $folder, good for 13 months. Install $folder/authority.pem once on each phone and screen."
