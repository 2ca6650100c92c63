"""The command line: topics, verify, statements, latex, report, referee, sweep.

Exit status: 0 every claim holds and every judged check is CONFIRMED; 1 otherwise; 2 bad usage, or a
file that cannot be written; 130 on Ctrl-C, with what was finished kept.
"""

from __future__ import annotations

import sys

import click

from proofs_check.cli.pages import latex, report, statements, topics
from proofs_check.cli.referee import referee
from proofs_check.cli.shared import Commands, close_output, unwritten
from proofs_check.cli.sweep import sweep
from proofs_check.cli.verify import verify
from proofs_check.core.pool import quiet_threads


@click.group(cls=Commands)
@click.version_option(package_name="proofs-check")
def cli() -> None:
    """Deep-learning theory: derived, solved numerically, put at risk by simulation."""
    quiet_threads()


for command in (topics, verify, statements, latex, report, referee, sweep):
    cli.add_command(command)


def main() -> None:
    """Run the command line."""
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
