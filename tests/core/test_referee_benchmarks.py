"""What the two benchmarks of the referee count is what they say."""

import ast
import importlib.util
import sys
from dataclasses import replace

import pytest
from scipy.stats import binom

from proofs_check.core import runner


def read(name):
    spec = importlib.util.spec_from_file_location(name, runner.ROOT / "benchmarks" / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def alarms():
    return read("false_alarms")


@pytest.fixture(scope="module")
def mutation():
    return read("mutation")


@pytest.mark.parametrize(("events", "trials"), [(0, 7), (3, 20), (20, 20)])
def test_the_interval_of_a_rate_is_that_of_clopper_and_pearson(alarms, events, trials):
    low, high = alarms.interval(events, trials)
    assert low == 0 if events == 0 else binom.sf(events - 1, trials, low) == pytest.approx(0.025)
    assert (
        high == 1 if events == trials else binom.cdf(events, trials, high) == pytest.approx(0.025)
    )


def test_no_seed_is_in_two_blocks(alarms):
    check = runner.checks_of("jacobi_iteration")["network_takes_the_other_order"]
    seen = []
    undecided = replace(
        check,
        measure=lambda seeds: (
            seen.extend(seeds) or [(-1.0) ** seed * 9 for seed in range(len(seeds))]
        ),
    )
    for block in (0, 1, 2):
        assert len(alarms.measured(alarms.shifted(undecided, block)).values) == 51
    assert seen == list(range(3 * 83))


def test_flips_are_counted_by_run_and_by_whole_block(alarms):
    def entry(check, block, verdict="CONFIRMED", seeds=11):
        return {"check": check, "block": block, "verdict": verdict, "seeds": seeds}

    entries = [
        entry("a", 0),
        entry("b", 0),
        entry("a", 1, "REFUTED"),
        entry("b", 1, "INCONCLUSIVE", 51),
        entry("a", 2),
        entry("c", 0),
        entry("c", 1, "SCOPED"),
        entry("c", 2, "SCOPED"),
    ]
    found = alarms.summary(entries)
    assert (found["runs"]["events"], found["runs"]["trials"], found["runs"]["per_100"]) == (
        3,
        8,
        37.5,
    )
    # block 2 is not whole; a scoped verdict that comes again is no flip
    assert (found["verify"]["events"], found["verify"]["trials"]) == (2, 2)
    assert found["more_seeds"]["events"] == 1 and len(found["flips"]) == 3
    assert found["unlike_verify"] == ["c"]


def test_each_set_up_of_a_check_gets_the_seeds_of_the_block(alarms):
    check = runner.checks_of("jacobi_iteration")["network_takes_the_other_order"]
    seen = {name: [] for name in "abcd"}
    put = replace(
        check,
        measure={
            name: lambda seeds, own=own: own.extend(seeds) or [0.0] * len(seeds)
            for name, own in seen.items()
        },
    )
    for measure in alarms.shifted(put, 2).measure.values():
        measure((0, 1, 2))
    assert seen == {name: [166, 167, 168] for name in "abcd"}


def test_earlier_verdicts_are_used_again_for_the_same_sources_only(
    alarms, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(
        alarms,
        "entry",
        lambda topic, name, block: {
            "check": f"{topic}.{name}",
            "block": block,
            "sources": alarms.sources(topic),
            "verdict": "CONFIRMED",
            "seeds": 11,
            "seconds": 0.1,
        },
    )
    file = tmp_path / "false_alarms.jsonl"
    for _ in range(2):
        alarms.main(tmp_path, ["jacobi_iteration"], 3, 0.5, 1.0, {})
        assert len(file.read_text().splitlines()) == 3
    monkeypatch.setattr(alarms, "sources", lambda topic: "others")
    alarms.main(
        tmp_path,
        ["jacobi_iteration"],
        2,
        0.05,
        1.0,
        {"jacobi_iteration.network_takes_the_other_order": 0.06},
    )
    assert len(file.read_text().splitlines()) == 3  # known to be slow
    alarms.main(tmp_path, ["jacobi_iteration"], 2, 0.05, 1.0, {})
    assert len(file.read_text().splitlines()) == 4  # found to be slow in its first block
    assert '"left_out_as_slow": 1' in capsys.readouterr().out.split("}\n{")[-1]


@pytest.fixture
def table():
    return read("referee")


def test_a_row_counts_each_error_once_and_the_sums_are_those_of_the_rows(table):
    one = {
        "errors": {"step": 5, "record": 2, "equivalent": 3, "hole": 1},
        "unnoticed": [{}],
        "premises": 4,
        "seconds": 2.0,
    }
    cells = table.row("one", one).split()
    assert cells == ["one", "11", "5", "0", "0", "0", "2", "3", "1", "1", "4", "2"]
    assert table.row("both", table.together([one, one])).split()[1:] == [
        str(2 * int(cell)) for cell in cells[1:]
    ]


def test_premises_are_the_lines_of_the_record_that_are_no_symbols(table, tmp_path, monkeypatch):
    monkeypatch.setattr(table, "RECORDS", tmp_path)
    (tmp_path / "topic.txt").write_text("claim\n  where x > 0: y\n  define a := b\n  symbols x\n")
    assert (table.premises("topic"), table.premises("none")) == (2, 0)


def test_a_topic_is_run_again_when_its_key_changes_only(table, tmp_path, monkeypatch, capsys):
    runs = []
    entry = {"errors": {"step": 1}, "survivors": [], "unnoticed": [], "premises": 0, "seconds": 1.0}
    monkeypatch.setattr(table, "examine", lambda topic, *rest: runs.append(topic) or dict(entry))
    for kind in ("1", "1", "2"):
        monkeypatch.setattr(
            "sys.argv", ["x", str(tmp_path), "--topics", "aliasing", "--per-kind", kind]
        )
        table.main()
    assert runs == ["aliasing"] * 2 and capsys.readouterr().out.count("1 of 1 topics") == 3


def test_every_error_of_the_numerical_layer_changes_its_file(mutation):
    source = ast.unparse(ast.parse((runner.ROOT / "numerics" / "jacobi_iteration.py").read_text()))
    found = list(mutation.mutants("jacobi_iteration.py"))
    assert {m.kind for m in found} == {"sign", "factor 2", "term", "inequality", "end", "constant"}
    assert len({m.id for m in found}) == len(found)
    for mutant in found:
        changed = [
            new
            for old, new in zip(
                source.splitlines(), ast.unparse(mutant.tree).splitlines(), strict=True
            )
            if old != new
        ]
        assert len(changed) == 1 and "raise" not in changed[0], mutant.id


def test_every_file_of_the_numerical_layer_is_judged_by_a_topic(mutation):
    judged = {file: mutation.topics_of(file) for file in mutation.smallest_first()}
    assert (
        all(judged.values())
        and judged["core/neurons.py"] == ["gradient_flow"]
        and set(judged["core/pairs.py"])
        == {"standard_kernel", "arc_cosine_kernel", "tangent_kernel", "infinite_width"}
    )


def test_an_error_is_noticed_in_a_child_and_leaves_this_process_as_it_was(mutation, monkeypatch):
    from numerics import jacobi_iteration as before

    mutant = next(m for m in mutation.mutants("jacobi_iteration.py") if m.kind == "sign")
    monkeypatch.setattr(
        mutation,
        "tests_fail",
        lambda topic: mutation.sys.modules["numerics.jacobi_iteration"].__dict__.get("__file__"),
    )
    monkeypatch.setattr(mutation, "checks_fail", lambda topic, usual: "a check")
    topics = ["jacobi_iteration"]

    def asked(seconds, which=mutant):
        return mutation.in_a_child(lambda: mutation.noticed(which, topics, {}), seconds)

    assert asked(20)[:2] == ("checks", "a check")
    assert asked(20, None)[0] == "tests"
    assert mutation.sys.modules["numerics.jacobi_iteration"] is before
    monkeypatch.setattr(mutation, "checks_fail", lambda topic, usual: mutation.time.sleep(30))
    assert asked(0)[0] == "time"


def test_a_check_notices_by_a_verdict_that_is_not_its_usual_one(mutation, monkeypatch):
    monkeypatch.setattr(mutation, "tests_fail", lambda topic: None)
    monkeypatch.setattr(mutation, "verdicts", lambda topic: iter([(f"{topic}.a", "SCOPED")]))
    assert mutation.as_it_is(["t"], True) == ("nobody", {"t.a": "SCOPED"})
    assert mutation.noticed(None, ["t"], {"t.a": "SCOPED"}) == ("nobody", "")
    assert mutation.noticed(None, ["t"], {"t.a": "CONFIRMED"})[0] == "checks"
    assert mutation.noticed(None, ["t"], None) == ("nobody", "")


def test_so_many_errors_of_each_kind_are_the_same_ones_again(mutation):
    few = mutation.chosen("jacobi_iteration.py", 1)
    assert len({m.kind for m in few}) == len(few) == 6
    more = {m.id for m in mutation.chosen("jacobi_iteration.py", 2)}
    assert {m.id for m in few} < more < {m.id for m in mutation.mutants("jacobi_iteration.py")}


def test_reasons_belong_to_lines_that_exist(mutation):
    for change in mutation.reasons():
        file, words = change.split(" ", 1)
        text = (runner.ROOT / "numerics" / file).read_text()
        before, line = words.split(" -> ")[0], words.split(" in ", 1)[1]
        assert line in {own.strip() for own in text.splitlines()} and before in ast.unparse(
            ast.parse(text)
        ), change
