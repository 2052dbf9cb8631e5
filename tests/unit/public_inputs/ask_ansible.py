"""Fills "gives" of each row of table.json whose source is "ansible", with the hosts that Ansible itself reads:

  python3 -m venv v && v/bin/pip install ansible-core && PATH=$PWD/v/bin:$PATH python3 ask_ansible.py

To add a question, append a row without "gives" and run this. null: Ansible reads no host.
"""

import json
import pathlib
import subprocess
import tempfile

TABLE = pathlib.Path(__file__).with_name("table.json")


def hosts(inventory):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "hosts"
        path.write_text(inventory, encoding="utf-8")
        listed = subprocess.run(
            ["ansible-inventory", "-i", str(path), "--list"], capture_output=True, check=True, text=True
        )
        groups = json.loads(listed.stdout)
        names = {host for group, content in groups.items() if group != "_meta" for host in content.get("hosts", [])}
        return sorted(names) or None


rows = json.loads(TABLE.read_text(encoding="utf-8"))
for row in rows:
    if row["source"] == "ansible":
        row["gives"] = hosts(row["input"])
order = ["line", "source", "kind", "what", "input", "gives", "ours", "why"]
lines = [
    json.dumps({key: row[key] for key in order if key in row}, ensure_ascii=False, separators=(",", ":"))
    for row in rows
]
TABLE.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
