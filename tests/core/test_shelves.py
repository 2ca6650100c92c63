"""Every topic stands on one shelf, and README shows the shelves."""

import pytest

from proofs_check.core import runner
from proofs_check.report import readme
from theory.core import catalogue

ON_SHELVES = [name for names in catalogue.shelves().values() for name in names]


@pytest.mark.parametrize("topic", runner.all_topics())
def test_every_topic_stands_on_one_shelf(topic):
    assert topic in catalogue.shelves()[catalogue.shelf_of(topic)]
    assert ON_SHELVES.count(topic) == 1


@pytest.mark.parametrize(("typed", "meant"), [("paritty", "parity"), ("phase", "phase_diagram")])
def test_an_unknown_topic_is_answered_with_the_nearest(typed, meant):
    with pytest.raises(ValueError, match=f"{typed!r} stands on no shelf.*nearest.*{meant!r}"):
        catalogue.shelf_of(typed)


@pytest.mark.parametrize(
    ("shelves", "said"),
    [
        ([("One", ["a", "b"]), ("Two", ["b"])], "b stands on 'One' and on 'Two'"),
        ([("One", ["a", "a"])], "a stands on 'One' and on 'One'"),
        ([("One", ["a"]), ("One", ["b"])], "a title of its own"),
    ],
)
def test_what_stands_twice_is_refused(shelves, said):
    tables = [{"title": title, "topics": topics} for title, topics in shelves]
    with pytest.raises(ValueError, match=said):
        catalogue.shelves_of({"shelf": tables})


def test_a_shelf_with_an_unknown_key_is_refused():
    with pytest.raises(ValueError, match="a title of its own and topics"):
        catalogue.shelves_of({"shelf": [{"title": "One", "topic": ["a"], "topics": ["a"]}]})


def test_some_topics_keep_their_shelves_and_their_order():
    some = catalogue.shelved(["parity", "nowhere", "gradient_flow", "frequency_principle"])
    assert list(some.values()) == [
        ("gradient_flow",),
        ("frequency_principle", "parity"),
        ("nowhere",),
    ]
    every = catalogue.shelved(runner.all_topics())
    assert sum(every.values(), ()) == tuple(runner.all_topics())
    assert set(every) <= set(catalogue.shelves())


def test_the_readme_shows_what_the_topics_say():
    text = readme.README.read_text()
    same = text == readme.renewed(text, runner.all_topics())
    assert same, f"README.md's table of topics is not what the topics say: run `{readme.WRITE}`"


def test_the_command_that_writes_the_readme_changes_the_table_alone(tmp_path):
    copy = tmp_path / "README.md"
    copy.write_text(f"before\n\n{readme.BEGIN}\n| an old table |\n{readme.END}\n\nafter\n")
    readme.main(copy)
    table = readme.table(runner.all_topics())
    same = copy.read_text() == f"before\n\n{readme.BEGIN}\n\n{table}\n\n{readme.END}\n\nafter\n"
    assert same, copy.read_text()[:40]


@pytest.mark.parametrize("text", ["no table", "<!-- /topics --> <!-- topics -->"])
def test_a_readme_without_a_place_for_the_table_is_refused(text):
    with pytest.raises(ValueError, match="needs one <!-- topics -->"):
        readme.renewed(text, ["parity"])


@pytest.mark.parametrize("layer", ["theory", "proofs_check"])
@pytest.mark.parametrize("topic", runner.all_topics())
def test_the_first_paragraph_of_a_topic_fits_a_row(layer, topic):
    asked = readme.question(layer, topic)
    if topic in catalogue.topics(layer):
        assert 30 < len(asked) <= 240 and asked.endswith((".", "?")), f"{layer}/{topic}.py: {asked}"
    else:
        assert asked == ""


def test_signs_of_a_table_are_escaped_in_a_cell():
    assert readme._cell("|w| * ``a_1`` <b>") == r"\|w\| \* `a_1` \<b\>"
