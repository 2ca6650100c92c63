"""Pictures of an examination: loss curves, and distances over the width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from proofs_check.examination.answers import Examination


def draw(found: Examination, axes: Any = None) -> Any:
    """Loss curves on the first of two axes and distances over the width on the second."""
    if axes is None:
        import matplotlib.pyplot as plt

        axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")[1]
    curves(found, axes[0])
    powers(found, axes[1])
    return axes


def curves(found: Examination, ax: Any) -> None:
    """Losses of the first seed: measured, of the linear model, and predicted by the kernel."""
    flows: Any = next((a.values["curves"] for a in found.answers if a.values.get("curves")), {})
    for place, (width, curve) in enumerate(found.curves.items()):
        colour, times = f"C{place}", np.asarray(curve["times"], dtype=float)
        ax.plot(times, curve["losses"], color=colour, label=f"width {width}")
        if curve["linear"] is not None:
            ax.plot(times, curve["linear"], color=colour, ls="--", lw=1)
        if width in flows:
            ax.plot(times, flows[width], color=colour, ls=":", lw=1.5)
    positive = any(np.greater(line.get_ydata(), 0).any() for line in ax.lines)
    scale = "log" if positive else "linear"  # a loss can be zero from the start
    ax.set(xscale="symlog", yscale=scale, xlabel="step", ylabel="loss")
    ax.plot([], [], color="0.4", ls="--", lw=1, label="linear model")
    ax.plot([], [], color="0.4", ls=":", lw=1.5, label="flow of the kernel")
    ax.legend(fontsize="small", frameon=False)


def powers(found: Examination, ax: Any) -> None:
    """Relative distances over the width, with the derived power through the first point."""
    shown = [a for a in found.answers if "predicted" in a.values and "measured" in a.values][:3]
    rows = [a for a in shown if "rival" in a.values]
    rows = [a for a in rows if np.greater(a.values["measured"], 0).all()]  # what stands is no power
    for place, one in enumerate(rows):
        widths, values = np.array(one.values["widths"]), np.asarray(one.values["measured"])
        name = one.quantity.partition(" of the ")[2].replace("$", r"\$")  # no formula
        middle = np.exp(np.log(values).mean(1))
        ends = np.abs(np.stack([values.min(1), values.max(1)]) - middle)
        ax.errorbar(widths, middle, ends, fmt="o", ms=4, capsize=3, color=f"C{place}", label=name)
        law = middle[0] * (widths / widths[0]) ** one.values["predicted"]
        ax.plot(widths, law, color=f"C{place}", lw=1)
    if rows:
        ax.plot([], [], color="0.4", lw=1, label="power of the kernel regime")
        ax.set(xscale="log", yscale="log", xlabel="width", ylabel="relative")
        ax.legend(fontsize="small", frameon=False)
    else:
        ax.text(0.5, 0.5, "no distances were measured", ha="center", transform=ax.transAxes)
