"""Rules of the house that only get stricter: the lists of exceptions may shrink and not grow."""

import ast
import re

import pytest

from proofs_check.core import runner

ROOT = runner.ROOT
PACKAGES = ("theory", "numerics", "proofs_check")
TOPIC, MACHINERY = 300, 200  # lines of a file of a topic, and of one in a sub-package
SLACK = 0.9  # a bound is lowered when the file has less than this part of it

# files that are longer than they should be, with the lines that they had when they were listed
LONG = {
    "numerics/core/neurons.py": 445,
    "numerics/core/pairs.py": 226,
    "numerics/edge_of_stability.py": 482,
    "numerics/gradient_flow.py": 641,
    "proofs_check/condensation.py": 1175,
    "proofs_check/critical_point.py": 303,
    "proofs_check/early_stopping.py": 309,
    "proofs_check/frequency_principle.py": 711,
    "proofs_check/linear_frequency_principle.py": 433,
    "proofs_check/minimum_norm.py": 414,
    "proofs_check/multiscale_network.py": 585,
    "proofs_check/parameter_count.py": 377,
    "proofs_check/parity.py": 362,
    "proofs_check/phase_diagram.py": 926,
    "proofs_check/plane/flows.py": 231,
    "proofs_check/plane/map.py": 282,
    "proofs_check/trainability.py": 457,
    "proofs_check/training/networks.py": 205,
    "proofs_check/training/rules.py": 210,
    "theory/activation_spectrum.py": 475,
    "theory/arc_cosine_kernel.py": 521,
    "theory/backward_error.py": 440,
    "theory/condensation.py": 1321,
    "theory/core/architectures.py": 388,
    "theory/critical_point.py": 382,
    "theory/early_stopping.py": 444,
    "theory/edge_of_stability.py": 1169,
    "theory/flat_minimum.py": 400,
    "theory/frequency_principle.py": 701,
    "theory/noise_temperature.py": 343,
    "theory/gradient_flow.py": 419,
    "theory/kernel_flow.py": 455,
    "theory/kernel_motion.py": 394,
    "theory/lazy_training.py": 453,
    "theory/linear_frequency_principle.py": 737,
    "theory/linear_regime.py": 355,
    "theory/linear_region.py": 577,
    "theory/minimum_norm.py": 728,
    "theory/multiscale_network.py": 681,
    "theory/nondimensionalisation.py": 470,
    "theory/parameter_count.py": 973,
    "theory/parity.py": 587,
    "theory/phase_diagram.py": 636,
    "theory/rapidity.py": 518,
    "theory/sgd_regularisation.py": 355,
    "theory/symmetry.py": 401,
    "theory/tangent_kernel.py": 339,
    "theory/trainability.py": 750,
    "theory/wide_network_convergence.py": 386,
}
# private names that somebody imports from another file
PRIVATE = {"tests/topics/test_parameter_count.py: proofs_check.parameter_count._generated"}
# claims that have the name of a check of their topic: their page has one anchor for both
TWICE: set[str] = set()


def limit_of(file: str) -> int:
    """A topic lies in its layer's folder, machinery below it."""
    return TOPIC if file.count("/") == 1 else MACHINERY


def fault(file: str, lines: int | None, bound: int | None) -> str | None:
    """What is wrong with the length of a file, and what to do; ``lines`` is None for no file."""
    limit = limit_of(file)
    if lines is None:
        return f"{file} is gone: take it off LONG"
    if bound is None:
        return f"{file} has {lines} lines, more than {limit}: split it" if lines > limit else None
    if lines <= limit:
        return f"{file} has {lines} lines, which is allowed: take it off LONG"
    if lines > bound:
        return f"{file} has {lines} lines, more than the {bound} of LONG: split it"
    return f'{file} is shorter: "{file}": {lines} in LONG' if lines < SLACK * bound else None


def lengths():
    return {
        path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines())
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    }


def test_files_are_no_longer_than_they_should_be():
    found = lengths()
    faults = [fault(file, found.get(file), LONG.get(file)) for file in {*found, *LONG}]
    assert not any(faults), "\n".join(sorted(filter(None, faults)))


@pytest.mark.parametrize(
    ("file", "lines", "bound", "said"),
    [
        ("theory/parity.py", 300, None, None),
        ("theory/parity.py", 301, None, "split it"),
        ("theory/core/sums.py", 200, None, None),
        ("theory/core/sums.py", 201, None, "split it"),
        ("theory/parity.py", 500, 500, None),
        ("theory/parity.py", 501, 500, "more than the 500"),
        ("theory/parity.py", 450, 500, None),
        ("theory/parity.py", 449, 500, '"theory/parity.py": 449'),
        ("theory/parity.py", 300, 500, "take it off"),
        ("theory/parity.py", None, 500, "is gone"),
    ],
)
def test_lengths_may_only_shrink(file, lines, bound, said):
    found = fault(file, lines, bound)
    assert found is None if said is None else said in found


def private(source: str):
    """Names with an underscore that import statements take from the packages."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            first, *rest = name.split(".")
            if first in PACKAGES and any(re.match("_(?!_)", part) for part in rest):
                yield name


def sources():
    """All code: files, and what pages of the documentation show."""
    for folder in (*PACKAGES, "tests", "notebooks", "benchmarks", "docs"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, path.read_text()
    for path in [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").rglob("*.md")),
    ]:
        blocks = re.findall(r"^```python\n(.*?)^```$", path.read_text(), re.DOTALL | re.MULTILINE)
        yield path, "".join(blocks)


def test_nobody_imports_a_private_name():
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path, source in sources()
        for name in private(source)
    }
    assert found <= PRIVATE, f"make the name public, or use another: {sorted(found - PRIVATE)}"
    assert found == PRIVATE, f"no longer needed, take off PRIVATE: {sorted(PRIVATE - found)}"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from theory._notation import m", ["theory._notation.m"]),
        ("from proofs_check.parity import _run", ["proofs_check.parity._run"]),
        ("import numerics._fit as fit", ["numerics._fit"]),
        ("def f():\n    from theory import _x, y", ["theory._x"]),
        ("from theory import derive, __doc__", []),
        ("from scipy._lib import x", []),
    ],
)
def test_the_search_for_private_names_finds_them(source, found):
    assert list(private(source)) == found


def test_a_claim_and_a_check_have_different_names():
    found = {
        f"{topic}.{name}"
        for topic in runner.all_topics()
        for name in runner.claims_of(topic).keys() & runner.checks_of(topic).keys()
    }
    assert found == TWICE, f"on one page, one anchor: {found ^ TWICE}"


def vague(source: str):
    """Strings that name no source: a textbook without author, or our own without its symbol."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    for text in (node.value for node in nodes if isinstance(node.value, str)):
        if re.match(r"our own\b", text) or "any textbook" in text:
            yield text


@pytest.mark.parametrize("topic", runner.topics("theory"))
def test_sources_have_names(topic):
    found = list(vague((ROOT / "theory" / f"{topic}.py").read_text()))
    assert found == [], "theory.notation.OWN, or author, title, place and year"


def test_the_search_for_vague_sources_finds_them():
    text = '''"""By our own."""\nD("t", "our own"), D("any textbook of algebra"), D("own")'''
    assert list(vague(text)) == ["our own", "any textbook of algebra"]
