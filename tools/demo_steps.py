"""Carry out the steps of the demo that are due, in one process of the virtual environment."""

import gc
import runpy
import sys

from tools.console import say, speak_unicode
from tools.demo import Step, due
from tools.places import ROOT, data_dir
from tools.processes import INTERRUPTED


def main() -> int:
    """Carry out each step, and stop at the first that fails, with its exit code."""
    speak_unicode()
    try:
        for step in due(data_dir()):
            say(step.french, step.english)
            # Migrations make and drop whole registries of models: collecting them takes longer
            # than the memory is worth.
            gc.disable() if step.name == "migrate" else gc.enable()
            if code := carry_out(step):
                return code
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def carry_out(step: Step) -> int:
    """Run the management command of this step in this process, and give its exit code."""
    sys.argv = [str(ROOT / "manage.py"), *step.command]
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as ending:
        if isinstance(ending.code, str):
            print(ending.code, file=sys.stderr)
            return 1
        return ending.code or 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
