#!/bin/sh
# Makes the secrets of docker-compose.yml once, readable by their owner only. Keep secrets/master_key safe: without it
# nothing that was received can be read again.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
random() { head -c "$1" /dev/urandom | od -An -tx1 | tr -d ' \n'; }
for name in postgres_password s3_access_key s3_secret_key master_key; do
    [ -e "secrets/$name" ] || random 32 > "secrets/$name"
done
if [ ! -e secrets/s3.json ]; then
    cat > secrets/s3.json <<JSON
{"identities": [{"name": "todoke", "actions": ["Admin", "Read", "List", "Tagging", "Write"],
  "credentials": [{"accessKey": "$(cat secrets/s3_access_key)", "secretKey": "$(cat secrets/s3_secret_key)"}]}]}
JSON
fi
echo "secrets/ is ready; back up secrets/master_key apart from the data"
