#!/bin/bash
# --down: no process, no link, no mount and no state of the lab remains, and a second --down is fine.
. "$(dirname "$0")/e2e.sh"

links() { ip -o link show | grep -c " ${LAB_LINK}[@:]" || true; }
inside() { grep -lsF "$LAB_STATE" /proc/[0-9]*/mounts || true; }

mapfile -t inits < <(cat "$LAB_STATE"/hosts/*/init 2>/dev/null || true)
must "there is a lab to take down" test "${#inits[@]}" -ge 1
"$LAB_CHECKOUT/quickstart" --down
for init in "${inits[@]}"; do must "host $init is gone" process_gone "$init"; done
must "no link remains" equal "$(links)" 0
must "no mount remains" equal "$(inside)" ''
must "no state remains" test ! -e "$LAB_STATE"
"$LAB_CHECKOUT/quickstart" --down
