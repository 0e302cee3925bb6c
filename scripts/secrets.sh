#!/bin/sh
# Makes the secrets of docker-compose.yml once, and .env, which names the account that may read them. Keep a copy of
# secrets/master_key apart from the data: without it nothing that was received can be read again.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
for name in postgres_password s3_access_key s3_secret_key; do
    [ -e "secrets/$name" ] || random > "secrets/$name"
done
# As `todoke db key` writes it.
[ -e secrets/master_key ] || echo "todoke-master-key-1 $(head -c 32 /dev/urandom | base64 | tr -d '\n')" > secrets/master_key
if [ ! -e secrets/s3.json ]; then
    cat > secrets/s3.json <<JSON
{"identities": [{"name": "todoke", "actions": ["Admin", "Read", "List", "Tagging", "Write"],
  "credentials": [{"accessKey": "$(cat secrets/s3_access_key)", "secretKey": "$(cat secrets/s3_secret_key)"}]}]}
JSON
    # The store's image reads it as an account of its own; the folder (0700) keeps it from everybody else here.
    chmod 0644 secrets/s3.json
fi
# Compose mounts these files as they are, owner and mode included, so the image's account takes the owner's number.
if [ ! -e .env ]; then
    uid="$(id -u)"
    if [ "$uid" = 0 ]; then
        uid=10001
        chown "$uid" secrets/s3_access_key secrets/s3_secret_key secrets/postgres_password secrets/master_key
    fi
    echo "TODOKE_UID=$uid" > .env
fi
echo "secrets/ and .env are ready; keep a copy of secrets/master_key where the data are not"
