#!/bin/sh
# The same with curl: YOSHIKI_URL=http://127.0.0.1:8000 YOSHIKI_KEY=ysk_… sh curl.sh FORM RECORD.json
set -eu
form="$1" record="$2" api="$YOSHIKI_URL/api/v1"
work="$(mktemp -d)"; trap 'rm -rf "$work"' EXIT
umask 077; printf 'header = "Authorization: Bearer %s"\n' "$YOSHIKI_KEY" > "$work/key"  # not on the command line, where all can read it
ask() { curl --silent --show-error --fail-with-body --config "$work/key" "$@"; }
of() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }
json='Content-Type: application/json'

echo "check: $(ask -H "$json" --data-binary "@$record" "$api/forms/$form/check" | of verdict)"
paper="$(ask -H "$json" -H "Idempotency-Key: draft-$$" --data-binary "@$record" "$api/forms/$form/papers" | of paper)"
ask -X POST "$api/papers/$paper/check" > /dev/null
echo "issue: $(ask -X POST -H "Idempotency-Key: issue-$$" "$api/papers/$paper/issue" | of verdict)"
ask -H "$json" -d '{"receiver": "架空町窓口", "purpose": "交付"}' -o "$work/paper.pdf" "$api/papers/$paper/files/pdf"
ask -H 'Content-Type: application/octet-stream' --data-binary "@$work/paper.pdf" "$api/verify" | grep -q '"unchanged": *true' && echo "verify: unchanged"
case="$(ask -H "$json" -d "{\"kind\": \"kanagawa-stalker\", \"number\": \"架空-$$\"}" "$api/cases" | of case)"
ask -H "$json" -d "{\"on\": \"$(date +%F)\", \"event\": \"request_received\", \"kind\": \"warning\"}" "$api/cases/$case/events" > /dev/null
ask "$api/deadlines?days=400" | grep -q '"deadlines"' && echo "deadlines: listed"
