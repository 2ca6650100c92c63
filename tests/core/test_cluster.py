"""Work on a cluster is what it is here, and what is lost there costs one piece."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial

import pytest
from click.testing import CliRunner

from proofs_check.cli import executors, main
from proofs_check.cli.verify import results_of
from proofs_check.core import cluster, pool, servant
from theory.core.patience import OutOfTime, at_most

TOPIC = "symmetry"


def double(piece):
    print("not an answer", flush=True)
    return 2 * piece


def fall(piece):
    if piece == 3:
        os._exit(1)
    if piece == 4:
        raise ZeroDivisionError("four")
    return os.getpid()


def hang(piece):
    try:
        with at_most(0.1, "a step"):
            while True:
                piece += 1
    except OutOfTime as late:
        return str(late)


def test_a_servant_answers_in_the_main_thread_of_one_process():
    assert servant.ask(double, 4) == 8
    assert "given up" in servant.ask(hang, 0)
    one = servant.ask(fall, 1)
    assert one not in (os.getpid(), os.getppid()) and servant.ask(fall, 2) == one
    with pytest.raises(ZeroDivisionError, match="four"):
        servant.ask(fall, 4)
    assert servant.ask(fall, 2) == one
    with pytest.raises(BrokenProcessPool, match="lost"):
        servant.ask(fall, 3)
    assert servant.ask(fall, 2) != one


def test_what_is_lost_elsewhere_costs_its_piece_alone():
    act = partial(servant.ask, fall)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as two:
        found = dict(pool.run_all([1, 2, 3, 5, 6], act, 1, lambda _: "lost", lanes=(one, two)))
        assert set(found) == {1, 2, 3, 5, 6} and found.pop(3) == "lost"
        assert "lost" not in found.values() and len(set(found.values())) >= 2
        with pytest.raises(BrokenProcessPool, match="lost"):
            list(pool.run_all([1, 3], act, 1, lanes=(one, two)))


def test_a_cluster_finds_what_this_process_finds(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    here, status = results_of([TOPIC], jobs=1, fresh=True, quiet=True)
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    ran = CliRunner().invoke(
        main.cli, ["verify", TOPIC, "--executor", "dask", "--jobs", "2", "--json", "-"]
    )
    assert ran.exit_code == status == 0, ran.output
    there = json.loads(ran.stdout)
    again, _ = results_of([TOPIC], quiet=True)  # what came is kept here, too
    kinds = ("claims", "checks", "statements")
    assert [as_written(again)[kind] for kind in kinds] == [there[kind] for kind in kinds]

    def timeless(document):
        return [
            {k: v for k, v in entry.items() if k not in ("seconds", "cpu")}
            for kind in kinds
            for entry in document[kind]
        ]

    assert timeless(there) == timeless(as_written(here))


def as_written(document):
    return json.loads(json.dumps(document))


def test_a_worker_with_other_sources_is_refused(monkeypatch):
    pytest.importorskip("distributed")
    answers = iter(["mine"])

    def question():
        return next(answers, "yours")

    class Workers:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def run(self, asked, on_error):
            return {"tcp://a": asked()}

    monkeypatch.setattr(cluster, "joined", lambda *_: Workers())
    with (
        pytest.raises(ValueError, match="tcp://a has other sources"),
        cluster.lanes(None, 1, question),
    ):
        pass
    assert executors.fingerprint([TOPIC], "default") != executors.fingerprint([TOPIC], "full")


@pytest.mark.parametrize("command", ["verify", "referee"])
def test_an_address_without_a_cluster_is_explained(command, monkeypatch):
    there = [command, TOPIC, "--scheduler", "tcp://127.0.0.1:9"]
    said = CliRunner().invoke(main.cli, there)
    assert said.exit_code == 2 and "add --executor dask" in said.output
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "ANSWER", 0.2)
    said = CliRunner().invoke(main.cli, [*there, "--executor", "dask"])
    assert said.exit_code == 2 and "no dask scheduler answers at tcp://127.0.0.1:9" in said.output
