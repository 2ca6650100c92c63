"""The command that examines a network which somebody brings in a file."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import Any

import click

from proofs_check.cli.shared import Output, json_option
from proofs_check.cli.terminal import progress


class Numbers(click.ParamType):
    """Different positive whole numbers, separated by commas."""

    name = "list"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return tuple(int(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is no list of whole numbers, such as 64,128,256", param, ctx)


@click.command()
@click.argument(
    "file", metavar="FILE.py", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--widths", type=Numbers(), default="64,128,256,512", show_default=True)
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--steps", type=click.IntRange(1), help="Default: of FILE, or 300.")
@click.option(
    "--budget",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="Seconds; fewer steps and seeds are taken, and named, where they would not fit.",
)
@click.option("--device", default="cpu", show_default=True, help="Such as cuda.")
@click.option("--html", metavar="FILE", type=Output(".html"), help="Write a page with pictures.")
@json_option
def examine(
    file: Path,
    widths: tuple[int, ...],
    seeds: int,
    steps: int | None,
    budget: float,
    device: str,
    html: Path | None,
    target: Any,
) -> int:
    """Examine your own network: kernel or features, time, frequencies, curvature, condensation and
    the scaling of its layers, each beside what is derived.

    FILE.py is run. It defines network(width), a torch.nn.Module, and data(), which returns X, y or
    X, y, X_test, y_test; it may define optimiser(parameters), loss, batch and steps.

    Example: proofs-check examine docs/examples/my_network.py --html my_network.html
    """
    import json

    from proofs_check.core import results
    from proofs_check.examination import BadInput
    from proofs_check.examination.examining import examine_file

    try:
        with progress(f"examining {file.name}", 1.0) as advance:
            found = examine_file(
                file,
                widths=widths,
                seeds=seeds,
                steps=steps,
                budget=budget,
                device=device,
                progress=advance,
            )
    except BadInput as error:
        raise click.UsageError(f"{file}: {error}") from None
    if html:
        from proofs_check.examination.page import page

        results.write(page(found), html)
    if target == "-":
        click.echo(json.dumps(found.to_json(), indent=1, allow_nan=False))
        return 0
    if target:
        results.save(found.to_json(), target)
    width = max(shutil.get_terminal_size((100, 0)).columns, 40)
    for line in str(found).splitlines():
        hanging = " " * (18 if line.startswith("  ") else 6)  # below the quantity of an answer
        click.echo(textwrap.fill(line, width, subsequent_indent=hanging))
    return 0
