#!/usr/bin/env bash
# Serves the district to phones and second screens on the local network: with a certificate that
# covers the address and a login, or not at all. Usage: setup/lan.sh VENV DISTRICT HOST PORT
set -euo pipefail
venv=$1 district=$2 host=$3 port=$4
folder=${CERTIFICATE:-certificate} secrets=${SECRETS:-.streamlit/secrets.toml}
refuse() { echo "$1" >&2; exit 2; }

[ -n "$host" ] || refuse "Name this machine's address on the network: make lan HOST=192.168.1.20"
case $host in
    0.0.0.0|::|\*) refuse "Name one address of this machine, not all of them: make lan HOST=192.168.1.20" ;;
esac
if [ ! -s "$folder/cert.pem" ] || [ ! -s "$folder/key.pem" ]; then
    refuse "There is no certificate. Make one with: make certificate HOST=$host"
fi
openssl x509 -in "$folder/cert.pem" -noout -checkend 0 >/dev/null || refuse "The certificate has run out. Make a new one with: make certificate HOST=$host"
if [[ $host =~ ^[0-9.]+$ ]]; then check=-checkip; else check=-checkhost; fi
openssl x509 -in "$folder/cert.pem" -noout "$check" "$host" | grep -q "does match" || refuse "The certificate is for another address. Make one with: make certificate HOST=$host"
"$venv/bin/python" -c '
import sys, tomllib
try:
    with open(sys.argv[1], "rb") as stream:
        auth = tomllib.load(stream)["auth"]
except (OSError, KeyError, ValueError):
    sys.exit(f"There is no login in {sys.argv[1]}: see docs/access.md.")
wanted = f"https://{sys.argv[2]}:{sys.argv[3]}/oauth2callback"
lacking = [key for key in ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url") if not auth.get(key)]
if lacking:
    sys.exit("The login lacks: " + ", ".join(lacking) + ". See docs/access.md.")
if auth["redirect_uri"] != wanted:
    sys.exit(f"The login must lead back to {wanted}, not to " + str(auth["redirect_uri"]))
if len(auth["cookie_secret"]) < 32:
    sys.exit("The cookie_secret is too short: make one with: openssl rand -hex 32")
' "$secrets" "$host" "$port" || exit 2

echo "守望 is on https://$host:$port for whoever may log in (stop with Ctrl-C)"
SHOUWANG_DISTRICT=$district exec "$venv/bin/python" -m streamlit run app.py --server.headless true \
    --server.address "$host" --server.port "$port" --server.allowedHosts "$host" --browser.serverAddress "$host" \
    --server.sslCertFile "$folder/cert.pem" --server.sslKeyFile "$folder/key.pem" --secrets.files "$secrets"
