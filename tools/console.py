"""What the launcher says, in French and in English, and the one way it gives up."""

import argparse
import re
import sys
from typing import NoReturn

# What argparse says of arguments that it cannot read, and the same in French.
USAGE_ERRORS = {
    r"unrecognized arguments: (.+)": r"Arguments inconnus : \1",
    r"argument (\S+): expected one argument": r"« \1 » attend une valeur",
    r"argument (\S+): ignored explicit argument '(.*)'": r"« \1 » n’attend pas de valeur : « \2 »",
    r"argument (\S+): invalid int value: '(.*)'": r"« \1 » attend un nombre, et non « \2 »",
    r"argument (\S+): invalid choice: '(.*)' \(choose from (.+)\)": (
        r"« \1 » ne peut pas valoir « \2 » ; valeurs possibles : \3"
    ),
    r"argument (\S+): not allowed with argument (\S+)": r"« \1 » ne va pas avec « \2 »",
}


class Stop(Exception):
    """The launcher cannot go on: what happened and what to do, in both languages."""

    def __init__(self, french: str, english: str, *, details: str = "", code: int = 1) -> None:
        super().__init__(english)
        self.french = french
        self.english = english
        self.details = details
        self.code = code


class Arguments(argparse.ArgumentParser):
    """The options of a command; what is wrong with them is said in both languages."""

    def error(self, message: str) -> NoReturn:
        for english, french in USAGE_ERRORS.items():
            if found := re.fullmatch(english, message):
                self.refuse(found.expand(french), message)
        self.refuse(f"Arguments incompris : {message}", message)

    def refuse(self, french: str, english: str) -> NoReturn:
        """Show how the command is used and what is wrong, and exit with 2."""
        complain(Stop(french, english, details=self.format_usage()))
        self.exit(2)


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
