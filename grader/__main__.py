"""`python -m grader` and the script `grade`."""

import sys


def main() -> None:
    """Run the command line."""
    from grader.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
