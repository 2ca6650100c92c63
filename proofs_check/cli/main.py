"""The command line: topics, verify, statements, explain, show, latex, report, open, referee, sweep,
examine.

Exit status: 0 every claim holds and every judged check is CONFIRMED; 1 otherwise; 2 bad usage, or a
file that cannot be written; 130 on Ctrl-C, with what was finished kept.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

from proofs_check.cli.starting import loaded  # first: what follows takes seconds

# isort: split
import click

from proofs_check.cli.examine import examine
from proofs_check.cli.lists import statements, topics
from proofs_check.cli.one import explain, open_report, show
from proofs_check.cli.pages import latex, report
from proofs_check.cli.referee import referee
from proofs_check.cli.shared import Commands, close_output, unwritten
from proofs_check.cli.sweep import sweep
from proofs_check.cli.verify import verify
from proofs_check.core.pool import quiet_threads

START = """\b
Start with:
  proofs-check verify parity                 derive and simulate one topic
  proofs-check show parity.transform         a derivation, step by step
  proofs-check explain udl-param-count-4x63  one sentence of a source, judged
  proofs-check examine my_network.py         which theory holds for it
  proofs-check report && proofs-check open   everything as pages
"""


@click.group(cls=Commands, epilog=START)
@click.version_option(package_name="proofs-check")
def cli() -> None:
    """Deep-learning theory: derived, solved numerically, put at risk by simulation."""
    quiet_threads()


COMMANDS = (
    topics,
    verify,
    statements,
    explain,
    show,
    latex,
    report,
    open_report,
    referee,
    sweep,
    examine,
)
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # names may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        status = 130
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        status = 130
    except BrokenPipeError:
        close_output()
        status = 1
    except OSError as error:
        click.echo(unwritten(error), err=True)
        if error.filename is None:
            close_output()
        status = 2
    sys.exit(status or 0)


loaded()
