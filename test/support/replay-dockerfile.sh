#!/usr/bin/env bash
# Replays the Dockerfile on a machine without a container engine: every stage becomes a folder, COPY copies what
# .dockerignore lets through, RUN runs there. Then a node is made and served by an unprivileged user who can write to its
# data and to nothing else, until the image's own health check finds it alive. Base images are not replayed: the Node and
# the compiler of this machine stand in for them.
#   test/support/replay-dockerfile.sh [SCRATCH]     SCRATCH is kept if given, else a temporary folder is removed
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=${1:-$(mktemp -d)}
server=
keep=$#
cleanUp() {
  if [[ -n $server ]]; then kill -KILL "$server" 2>/dev/null || true; fi
  if ((keep == 0)); then chmod -R u+w "$scratch" && rm -rf "$scratch"; fi
}
trap cleanUp EXIT
mkdir -p "$scratch/context"

fail() {
  echo "replay-dockerfile: $1" >&2
  exit 1
}

# The context: .dockerignore refuses everything, then names what comes in.
[[ $(grep -v '^#' "$repository/.dockerignore" | head -n 1) == '*' ]] || fail '.dockerignore must start with *'
grep '^!' "$repository/.dockerignore" | cut -c 2- | while read -r entry; do
  cp -R "$repository/${entry%/}" "$scratch/context/"
done

# Absolute paths and the work folder of an image, below the folder of its stage.
inside() {
  case $1 in
    /*) echo "$root$1" ;;
    *) echo "$root$workdir/$1" ;;
  esac
}

copy() {
  local source_root="$scratch/context" sources=() target
  if [[ $1 == --from=* ]]; then
    source_root="$scratch/${1#--from=}"
    shift
  fi
  while (($# > 1)); do
    sources+=("$source_root/$1")
    shift
  done
  target=$(inside "$1")
  # Docker copies the content of a folder; a trailing slash or ./ names a folder to copy into.
  if [[ -d ${sources[0]} ]]; then
    mkdir -p "$target"
    cp -R "${sources[0]}/." "$target/"
  else
    mkdir -p "$target"
    cp "${sources[@]}" "$target/"
  fi
}

stage=0
root=
workdir=/
environment=()
volume=
user=
health=
while read -r line; do
  # shellcheck disable=SC2086 # words are split on purpose: the Dockerfile quotes nothing outside JSON lists
  case $line in
    'FROM '*' AS '*) root="$scratch/${line##* AS }" ;;
    'FROM '*) root="$scratch/final" ;;
    'WORKDIR '*) workdir=${line#WORKDIR } && mkdir -p "$root$workdir" ;;
    'COPY '*) copy ${line#COPY } ;;
    'ENV '*) environment+=("${line#ENV }") ;;
    # Users and owners of an image do not exist here; the volume is made below.
    'RUN install --directory '*) ;;
    'RUN '*)
      echo "== ${line#RUN }"
      (cd "$root$workdir" && bash -euc "${line#RUN }" </dev/null)
      ;;
    'VOLUME '*) volume=${line#VOLUME } ;;
    'USER '*) user=${line#USER } ;;
    'HEALTHCHECK '*) health=${line#*CMD } ;;
    'ARG '* | 'EXPOSE '* | 'ENTRYPOINT '* | 'CMD '* | '#'* | '') ;;
    *) fail "unknown instruction: $line" ;;
  esac
  if [[ $line == 'FROM '* ]]; then
    stage=$((stage + 1))
    mkdir -p "$root"
    workdir=/
    environment=()
  fi
done <"$repository/Dockerfile"
((stage == 3)) || fail "expected 3 stages, found $stage"
[[ -n $user && $user != root && $user != 0 ]] || fail 'the image must not run as root'
[[ $volume == /data ]] || fail 'the one volume is /data'

program="$root$workdir"
data="$scratch/data"
mkdir -p "$data"
chmod -R a+rX,a-w "$program"
chmod 755 "$scratch" "$root"

# As root, `nobody` stands in for the user of the image; else whoever runs this is unprivileged already.
as_user=(env -i "PATH=$PATH" HOME=/nonexistent "${environment[@]}")
if ((EUID == 0)); then as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups "${as_user[@]}"); fi
if ((EUID == 0)); then chown 65534:65534 "$data"; fi
chmod 700 "$data"
cd "$program"
if "${as_user[@]}" touch dist/written 2>/dev/null; then fail 'the program folder can be written to'; fi
for absent in src test tsconfig.json node_modules/typescript node_modules/tap; do
  [[ ! -e $absent ]] || fail "$absent does not belong into the image"
done
"${as_user[@]}" node -e "new (require('better-sqlite3'))(':memory:').close()" || fail 'SQLite does not load'
"${as_user[@]}" node dist/cli/trm.js version

freePort() {
  node -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close() })"
}
"${as_user[@]}" node dist/cli/trm.js init --data "$data" --label 'Replay, RO' --country RO --organisation Replay \
  --url https://node.example/ --federation-host 127.0.0.1 --federation-port "$(freePort)" --local-port "$(freePort)" \
  --passphrase-file - >/dev/null <<<'seven words that only this replay knows'
"${as_user[@]}" node dist/cli/trm.js serve --data "$data" >"$scratch/serve.log" 2>&1 &
server=$!
# ["node", "dist/cli/trm.js", "health", "--data", "/data"] as words, with the volume where it is here.
read -ra check <<<"$(tr -d '[],"' <<<"${health//\/data/$data}")"
alive=no
for _ in $(seq 40); do
  if "${as_user[@]}" "${check[@]}" >/dev/null 2>&1; then alive=yes && break; fi
  sleep 0.5
done
kill -TERM "$server"
ended=0
wait "$server" || ended=$?
server=
((ended == 0)) || fail "the node ended with $ended: $(tail -n 5 "$scratch/serve.log")"
[[ $alive == yes ]] || fail "the health check fails: $(tail -n 5 "$scratch/serve.log")"
echo "the image would run: $(du -sh "$program" | cut -f 1) of program, healthy, stopped by SIGTERM"
