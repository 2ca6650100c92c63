"""The four files of a repository that is not ours, against the installed wheel: what they define is
collected, fails with its numbers, and is chosen, spread and reported like tests.
"""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "docs" / "examples" / "own_repository"
PAGE = ROOT / "docs" / "how-to" / "own_tests.md"
ITEMS = 6


@pytest.fixture
def repository(tmp_path):
    return shutil.copytree(FILES, tmp_path / "theirs", ignore=shutil.ignore_patterns("__pycache__"))


def run(installed, folder, *words):
    """pytest as its owner calls it: no option names the plugin, and the wheel is what is
    imported.
    """
    kept = {name: os.environ[name] for name in os.environ if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(installed), "COLUMNS": "80"},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def blocks():
    return re.findall(r"^```text\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)


def test_four_files_give_what_the_page_shows(installed, repository):
    theirs = "import proofs_check\n\ndef test_whose():\n    print(proofs_check.__file__)\n"
    (repository / "test_whose.py").write_text(theirs)
    code, said = run(installed, repository, "-v", "-s", "--deselect", "test_whose.py::test_whose")
    assert code == 0, said
    shown = [re.sub(r" +\[.*", "", line) for line in blocks()[0].splitlines() if line]
    assert all(line in said for line in shown) and len(shown) == ITEMS + 1, said
    code, said = run(installed, repository, "-q", "-s", "test_whose.py")
    assert code == 0 and str(installed) in said and "theory:" not in said


def test_a_planted_failure_shows_its_numbers_in_other_processes_and_in_junit(installed, repository):
    """One check follows steps that are too short; the others keep the right ones."""
    text = (repository / "test_descent.py").read_text()
    planted = text.replace("w -= rate * (w +", "w -= 0.9 * rate * (w +")
    assert planted != text
    (repository / "test_descent.py").write_text(planted)
    code, said = run(
        installed, repository, "-n", "2", "-k", "NOISY or loss_left", "--junitxml=a.xml"
    )
    assert code == 1 and "1 failed, 1 passed" in said, said
    wanted = blocks()[1].strip()
    assert wanted in said and re.search("predicted .*band .*measured .*rival ", wanted)
    assert "theory: 1 check REFUTED, 1 claim PROVED" in said and "Traceback" not in said
    cases = list(ElementTree.parse(repository / "a.xml").iter("testcase"))
    assert sorted(case.get("name") for case in cases) == ["NOISY", "loss_left"]
    (failure,) = [found for case in cases for found in case.iter("failure")]
    assert wanted in f"{failure.get('message')} {failure.text}"


def test_names_choose_and_a_false_step_fails_alone(installed, repository):
    step = repository / "test_step.py"
    step.write_text(step.read_text().replace("(1 - eta) ** 2, ", "(1 - eta), "))
    code, said = run(installed, repository, "-k", "loss_left or every_seed or percent and 40")
    assert code == 1 and "fails at eta" in said and re.search(r"\d passed", said), said
    assert "Traceback" not in said


def test_a_repository_that_uses_none_of_it_notices_nothing(installed, tmp_path):
    body = "import sys\n\nCHECKS = [1]\n\n\ndef test_plain():\n"
    body += "    assert not {'theory', 'sympy', 'torch', 'proofs_check.core'} & set(sys.modules)\n"
    (tmp_path / "test_plain.py").write_text(body)
    code, said = run(installed, tmp_path, "-v")
    assert code == 0 and "1 passed" in said and "theory:" not in said, said
    assert "proofs-check" in said, "the plugin is installed"
