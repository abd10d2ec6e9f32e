"""What the launcher says, in French and in English, and the one way it gives up."""

import sys


class Stop(Exception):
    """The launcher cannot go on: what happened and what to do, in both languages."""

    def __init__(self, french: str, english: str, *, details: str = "", code: int = 1) -> None:
        super().__init__(english)
        self.french = french
        self.english = english
        self.details = details
        self.code = code


def say(french: str, english: str) -> None:
    """Tell the person at the terminal what happens now."""
    print(f"• {french}\n  {english}", flush=True)


def complain(stop: Stop) -> None:
    """Tell why the launcher stops, after the last lines of what failed."""
    sys.stdout.flush()
    if details := stop.details.strip():
        print("\n".join(details.splitlines()[-25:]), file=sys.stderr)
    print(f"\n✗ {stop.french}\n  {stop.english}", file=sys.stderr, flush=True)


def speak_unicode() -> None:
    """Let accents through whatever the terminal, and never fail on one it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
