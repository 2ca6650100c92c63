"""The ledger refuses what it does not know, and says what is nearest."""

import pytest

from proofs_check.core import ledger
from proofs_check.core.entry import entry_of
from theory import topics
from theory.core.catalogue import shelves

GOOD = {
    "id": "a",
    "claim": "A sentence.",
    "chapter": "phenomena",
    "kind": "number",
    "data": "none",
    "refuted_if": "Another number.",
}


def test_a_complete_entry_is_read():
    entry = entry_of(GOOD | {"place": "section 2", "printed": [0, 1]}, "parity")
    assert entry.topic == "parity" and entry.source == "phenomena, section 2"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"printd": 1}, "a: unknown key 'printd'; the nearest is 'printed'"),
        ({"topic": "parity"}, "unknown key 'topic'"),
        ({"chapter": "phenomenon"}, "chapter = 'phenomenon' is not known; .* 'phenomena'"),
        ({"kind": "numbers"}, "kind = 'numbers' is not known; the nearest is 'number'"),
        ({"data": "digits"}, "the nearest is 'sklearn-digits'"),
        ({"erratum_class": "worded"}, "the nearest is 'wording'"),
        ({"claim": ""}, "claim missing"),
        ({"refuted_if": None}, "refuted_if missing"),
    ],
)
def test_an_entry_that_breaks_the_schema_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        entry_of(GOOD | changes, "parity")


def test_an_unknown_statement_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="the nearest id is 'parity-definition-sign'"):
        ledger.statement("parity-definition-sing")


def test_a_file_that_cannot_be_used_is_named_and_the_others_are_read(tmp_path, monkeypatch):
    text = (ledger.LEDGER / "parity.toml").read_text()
    monkeypatch.setattr(ledger, "LEDGER", tmp_path)
    read = ledger._all.__wrapped__
    (tmp_path / "parity.toml").write_text(text)
    assert read()[0] and not read()[1]
    for wrong, words in (
        (text, "stands in parity.toml too"),
        ("[[statements]]\nid = 'a'\n", "unknown table 'statements'"),
        ("[[statement]\n", "depth.toml"),
    ):
        (tmp_path / "pruning.toml").write_text(wrong.replace("depth.toml", ""))
        found, faults = read()
        assert {entry.topic for entry in found.values()} == {"parity"}
        assert words.replace("depth", "pruning") in faults["pruning"]


def test_every_topic_stands_on_one_shelf():
    placed = [topic for names in shelves().values() for topic in names]
    assert len(placed) == len(set(placed))
    assert {*topics("theory"), *topics("proofs_check")} <= set(placed)
    assert {entry.topic for entry in ledger.ledger().values()} <= set(placed)
