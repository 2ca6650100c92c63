"""The command line is a contract: other programs read its JSON and its exit status."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from proofs_check.cli import main
from proofs_check.core import entries, runner
from proofs_check.core.ledger import ledger

ROOT = Path(__file__).resolve().parents[2]
CLAIM = {
    *(
        "id",
        "title",
        "status",
        "error",
        "grade",
        "given",
        "where",
        "steps",
        "seconds",
        "cpu",
    )
}
CHECK = {
    "id",
    "claim",
    "quantity",
    "kind",
    "verdict",
    "predicted",
    "band",
    "interval",
    "values",
    "rival",
    "rival_why",
    "terms",
    "seeds",
    "recorded",
    "sensitivity",
    "setups",
    "budget",
    "note",
    "seconds",
    "cpu",
}
STATEMENT = {
    *("id", "topic", "verdict", "printed", "corrected", "wrong", "reading", "analogue"),
    *("scope", "by"),
}


def proofs_check(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "proofs_check", *arguments], capture_output=True, text=True, cwd=cwd
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def verified(folder):
    return proofs_check("verify", "nondimensionalisation", "--json", "-", cwd=folder)


def test_verify_prints_nothing_but_json(verified):
    assert verified.returncode == 0, verified.stderr
    document = json.loads(verified.stdout)
    assert set(document) == {
        "schema",
        "environment",
        "tier",
        "seconds",
        "claims",
        "checks",
        "statements",
        "cpu",
    }
    assert document["schema"] == 1 and document["tier"] == "default"
    assert all(
        set(c) == CLAIM and c["status"] == "holds" and c["grade"] == "PROVED"
        for c in document["claims"]
    )
    assert all(set(c) == CHECK and c["verdict"] == "CONFIRMED" for c in document["checks"])
    assert all(set(s) == STATEMENT for s in document["statements"])
    assert {s["verdict"] for s in document["statements"]} == {"PROVED", "CONFIRMED", "REFUTED"}
    assert all(
        set(step) == {"kind", "why", "grade", "uses"}
        for c in document["claims"]
        for step in c["steps"]
    )


def test_the_number_of_processes_changes_nothing_but_the_time(tmp_path, monkeypatch):
    from proofs_check.cli.verify import results_of

    def plain(document):
        """Without times, and without where it ran."""
        found = {
            kind: [
                {k: v for k, v in entry.items() if k not in ("seconds", "cpu")}
                for entry in document[kind]
            ]
            for kind in ("claims", "checks")
        }
        times = ("seconds", "cpu", "environment")
        return {k: v for k, v in (document | found).items() if k not in times}

    monkeypatch.chdir(tmp_path)
    topics = ["jacobi_iteration", "runge_phenomenon"]
    one, two = (results_of(topics, jobs=jobs, fresh=True, quiet=True) for jobs in (1, 2))
    assert json.dumps(plain(one[0])) == json.dumps(plain(two[0])) and one[1] == two[1] == 0
    assert len(one[0]["checks"]) >= 2 and all(
        check["sensitivity"] is not None for check in one[0]["checks"]
    )


def test_statements_come_from_the_last_run(verified, folder):
    done = proofs_check("statements", "nondimensionalisation", "--verdict", "refuted", cwd=folder)
    assert (
        done.returncode == 0
        and "phase-dfdw-single-neuron" in done.stdout
        and "no current results" not in done.stderr
    )


def test_the_report_needs_no_network(verified, folder):
    done = proofs_check("report", "nondimensionalisation", "-o", "page", cwd=folder)
    assert done.returncode == 0 and str(Path("page") / "index.html") in done.stdout
    topic = "nondimensionalisation"
    pages = {path.name: path.read_text() for path in (folder / "page").glob("*.html")}
    statements = {f"s-{found.id}.html" for found in ledger().values() if found.topic == topic}
    whole = {"index.html", "errata.html", "formulas.html", "gallery.html", "symbols.html"}
    assert (
        set(pages) == {f"{topic}.html", *whole, *statements}
        and "s-phase-balance-conservation.html" in pages
    )
    for name, page in pages.items():  # the search is a script in the front page itself
        assert "@import" not in page and "<script " not in page, name
        assert ("<script>" in page) == (name == "index.html"), name
        assert all(
            (folder / "page" / file).is_file() for file in re.findall(r'src="([^"]*)"', page)
        )


def test_quick_gives_no_verdict_on_chance(folder):
    done = proofs_check("verify", "jacobi_iteration", "--quick", "--jobs", "1", cwd=folder)
    assert done.returncode == 0 and "quick: one seed, no verdict" in done.stdout


def test_bad_usage_is_answered_with_the_nearest_name(folder):
    done = proofs_check("verify", "phase_diagramm", cwd=folder)
    assert done.returncode == 2 and "'phase_diagram'" in done.stderr
    done = proofs_check("verifi", cwd=folder)
    assert done.returncode == 2 and "'verify'" in done.stderr
    assert proofs_check("verify", "--quick", "--full", cwd=folder).returncode == 2


def test_a_claim_is_shown_step_by_step(folder):
    done = proofs_check("show", "jacobi_iteration.two_grid", cwd=folder)
    assert done.returncode == 0 and "uniformly in h" in done.stdout and "= 1/9" in done.stdout
    assert "\\" not in done.stdout and "given" not in done.stdout  # no LaTeX; nothing is assumed
    assert max(map(len, done.stdout.splitlines())) < 140
    done = proofs_check("show", "jacobi_iteration", cwd=folder)
    assert done.returncode == 2 and "jacobi_iteration.symbol" in done.stderr
    done = proofs_check("show", "jacobi_iteration.two_grids", cwd=folder)
    assert done.returncode == 2 and "'jacobi_iteration.two_grid'" in done.stderr


def test_a_statement_is_explained(verified, folder):
    done = proofs_check("explain", "phase-dfdw-single-neuron", cwd=folder)
    assert done.returncode == 0 and done.stdout.startswith("REFUTED")
    words = " ".join(done.stdout.split())
    assert "found: a[p]*x[i, q]" in words and "claim PROVED" in words
    assert "again: proofs-check verify nondimensionalisation --fresh" in words
    done = proofs_check("explain", "phase-dfdw-single-neurons", cwd=folder)
    assert done.returncode == 2 and "'phase-dfdw-single-neuron'" in done.stderr


def test_what_is_not_built_yet_is_open(monkeypatch):
    monkeypatch.setattr(runner, "all_topics", lambda: ["jacobi_iteration"])
    done = CliRunner().invoke(main.cli, ["explain", "lth-early-bird"])
    assert done.exit_code == 0 and done.output.startswith("OPEN") and "not built" in done.output


def test_there_is_nothing_to_open_before_the_report(tmp_path):
    done = proofs_check("open", cwd=tmp_path)
    assert done.returncode == 1 and "`proofs-check report` writes it" in done.stderr


def test_topics_lists_all(folder):
    rows = json.loads(proofs_check("topics", "--json", cwd=folder).stdout)
    assert {"topic", "question", "claims", "checks", "statements"} == set(rows[0])
    assert all(row["question"].endswith("?") for row in rows if row["claims"])
    assert set(runner.all_topics()) <= {row["topic"] for row in rows}
    assert sum(len(row["statements"]) for row in rows) >= 313


def test_statements_are_a_table(folder):
    done = proofs_check("statements", "nondimensionalisation", "--csv", "-", cwd=folder)
    rows = list(csv.DictReader(done.stdout.splitlines()))
    wanted = [e.id for e in ledger().values() if e.topic == "nondimensionalisation"]
    assert [row["id"] for row in rows] == wanted and {row["verdict"] for row in rows} != {"OPEN"}
    both = proofs_check("statements", "--csv", "a.csv", "--json", "a.json", cwd=folder)
    assert both.returncode == 2 and "exclude each other" in both.stderr


def test_the_body_alone_is_no_pdf(folder):
    done = proofs_check("latex", "jacobi_iteration", "--body", cwd=folder)
    assert done.returncode == 0 and r"\documentclass" not in done.stdout
    assert proofs_check("latex", "--body", "--pdf", cwd=folder).returncode == 2


def test_latex_is_a_document(folder):
    done = proofs_check("latex", "jacobi_iteration", cwd=folder)
    assert (
        done.returncode == 0
        and done.stdout.startswith(r"\documentclass")
        and r"\end{document}" in done.stdout
    )


def test_a_missing_pdflatex_is_explained(folder):
    environment = os.environ | {"PATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "proofs_check", "latex", "jacobi_iteration", "-o", "a.tex", "--pdf"],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
    )
    assert (
        done.returncode == 1 and "texlive-latex-base" in done.stderr and (folder / "a.tex").exists()
    )


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_keeps_what_was_finished(folder):
    before = set((folder / "build" / "kept").rglob("*.json"))
    process = subprocess.Popen(
        [sys.executable, "-m", "proofs_check", "verify", "phase_diagram", "--jobs", "1"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # a background shell ignores it
    assert process.stdout is not None
    for _ in range(4):  # a check of another topic may be kept already
        process.stdout.readline()
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    document = json.loads((folder / "build" / "verify.json").read_text())
    found = set((folder / "build" / "kept").rglob("*.claim.json")) - before
    assert len(found) >= 3  # claims of the topic, and others on which they rest
    ids = {claim["id"] for claim in document["claims"]}
    assert ids >= {f"{path.parent.name}.{path.name.partition('.')[0]}" for path in found}


def test_a_failing_check_makes_the_status_one(monkeypatch, capsys):
    from dataclasses import replace

    from proofs_check.cli.verify import status_of

    checks = runner.checks_of("gradient_flow")
    wrong = {
        name: replace(check, predict=lambda: -1.0, terms={"none": 1e-9})
        for name, check in checks.items()
    }
    monkeypatch.setattr(
        runner,
        "checks_of",
        lambda topic: {"residual_decays_by_the_kernel": wrong["residual_decays_by_the_kernel"]},
    )
    entry, found = entries.run_unit(("check", "gradient_flow", "residual_decays_by_the_kernel"))
    assert entry["verdict"] == "REFUTED" and not found
    assert status_of({"claims": [], "checks": [entry]}) == 1


def test_a_false_claim_fails_with_its_point(monkeypatch):
    from sympy import Symbol

    from theory import Derivation, Step

    x = Symbol("x", real=True)

    def wrong() -> Derivation:
        """x equals x + 1."""
        return Derivation("wrong", (Step(2 * x, x + 1, "a false identity"),), "nobody")

    monkeypatch.setattr(runner, "claims_of", lambda topic: {"wrong": wrong})
    entry, _ = entries.run_unit(("claim", "anything", "wrong"))
    assert entry["status"] == "fails" and "x = " in entry["error"] and entry["grade"] is None
