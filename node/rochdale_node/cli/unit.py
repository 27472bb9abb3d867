"""``rochdale unit``: print a systemd user unit."""

from __future__ import annotations

import shutil
import sys

from .client import home_path
from .frame import Commands, settings
from .show import answer, note, text

__all__ = ["app", "unit"]

app = Commands()

_UNIT = """\
[Unit]
Description=Rochdale node
After=network-online.target

[Service]
ExecStart={command} --home "{home}" up
Environment=ROCHDALE_PASSPHRASE_FILE={passphrase}
Restart=on-failure
RestartSec=5
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths="{home}"
PrivateTmp=yes

[Install]
WantedBy=default.target
"""


@app.command()
def unit() -> None:
    """Print a systemd user unit that runs this node."""
    home = home_path()
    found = shutil.which("rochdale")
    command = found or f"{sys.executable} -m rochdale_node.cli.main"
    passphrase = settings().passphrase_file or str(home / "passphrase")
    content = _UNIT.format(command=command, home=home, passphrase=passphrase)
    if answer({"unit": content}):
        return
    text(content)
    note("Save it as ~/.config/systemd/user/rochdale.service, put the passphrase into")
    note(f"{passphrase} (chmod 600), then: systemctl --user enable --now rochdale")
