"""Run the benchmarks on SQLite and on the PostgreSQL of DATABASE_URL; one JSON line each."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

BENCHMARKS = ("settlement", "calculators", "papers")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all, once per database, each in a process of its own."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(
            f"bench: no benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}\n"
        )
        return 2
    failed = 0
    with tempfile.TemporaryDirectory(prefix="fund-bench-") as folder:
        urls = [f"sqlite:///{Path(folder) / 'bench.db'}"]
        given = os.environ.get("DATABASE_URL", "")
        if given.startswith("postgres"):
            urls.append(given)
        for name in names or BENCHMARKS:
            for url in urls:
                environment = {**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "ERROR"}
                command = [sys.executable, "-m", f"bench.{name}"]
                failed |= subprocess.run(command, env=environment, check=False).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
