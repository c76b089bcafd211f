"""`python -m cnnviz` and the `cnnviz` command."""

from __future__ import annotations

import sys


def main() -> None:
    try:
        from cnnviz.cli import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # while modules are still being imported
        sys.exit(130)


if __name__ == "__main__":
    main()
