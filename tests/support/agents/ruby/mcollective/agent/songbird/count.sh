#!/bin/sh
# Counts the letters of a word: reads the request that it is given, writes its reply.
word=$(jq -r .data.word "$MCOLLECTIVE_REQUEST_FILE")
if [ "$word" = silence ]; then
  echo "nothing to count" >&2
  exit 2
fi
jq -n --arg word "$word" '{letters: ($word | length)}' > "$2"
