"""`python -m grader` and the script `grade`."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from grader.cli import run

        status = run()
    except KeyboardInterrupt:  # before or after the command line, which says it itself
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
