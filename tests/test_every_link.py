"""Does the result of every derivation follow from what is listed?  Errors are planted in all that
say what they use: a step deleted, its ground replaced, its last step exchanged.
"""

from dataclasses import replace

import pytest
import sympy as sp

from proofs_check.core import runner
from theory import Derivation, Step, StepFails, derive

CLAIMS = [(topic, name) for topic in runner.all_topics() for name in runner.claims_of(topic)]
# Derivations of a topic that are still lists of true steps.  These numbers may only fall.
UNLINKED: dict[str, int] = {}
y = sp.Symbol("y_unrelated", real=True)
UNRELATED = Step(sp.sin(y) ** 2 + sp.cos(y) ** 2, sp.Integer(1), "true, and of something else")


def derivations(topic):
    return [d for name in runner.claims_of(topic) for d in derive(runner.claims_of(topic)[name])]


@pytest.mark.parametrize("topic", runner.all_topics())
def test_no_topic_has_more_unlinked_derivations_than_it_had(topic):
    loose = [d.title for d in derivations(topic) if not d.linked]
    assert len(loose) == UNLINKED.get(topic, 0), (
        f"{topic}: {len(loose)} derivations are unlinked; link them, or lower the number: {loose}"
    )


def refused(build):
    """Does building or grading the derivation end in a refusal?"""
    try:
        build().grade()
    except (ValueError, StepFails):
        return True
    return False


def chained(topic, name):
    return [d for d in derive(runner.claims_of(topic)[name]) if len(d.steps) > 1 and d.linked]


@pytest.mark.parametrize(("topic", "name"), CLAIMS)
def test_a_deleted_step_is_missed(topic, name, once):
    def delete():
        for d in chained(topic, name):
            for at in range(len(d.steps) - 1):
                rest = d.steps[:at] + d.steps[at + 1 :]
                assert d.steps[at].kind == "aside" or refused(
                    lambda rest=rest, d=d: Derivation(d.title, rest, d.source)
                ), f"{d.title}: {d.steps[at].why!r} is not missed"

    once(topic, name, delete)


@pytest.mark.parametrize(("topic", "name"), CLAIMS)
def test_another_ground_is_refused(topic, name, once):
    def exchange():
        for d in chained(topic, name):
            for at, step in enumerate(d.steps):
                for place, used in enumerate(getattr(step, "uses", ())):
                    if getattr(used, "states", None) is None or step.kind == "aside":
                        continue
                    uses = (*step.uses[:place], UNRELATED, *step.uses[place + 1 :])
                    steps = (UNRELATED, *d.steps[:at], replace(step, uses=uses), *d.steps[at + 1 :])
                    assert refused(lambda steps=steps, d=d: Derivation(d.title, steps, d.source)), (
                        f"{d.title}: {step.why!r} holds on another ground"
                    )

    once(topic, name, exchange)


@pytest.mark.parametrize("topic", runner.all_topics())
def test_exchanged_ends_are_refused(topic):
    found = [d for d in derivations(topic) if len(d.steps) > 1 and d.linked]
    for d, other in zip(found, [*found[1:], *found[:1]], strict=True):
        if d is not other:
            steps = (*d.steps[:-1], other.steps[-1])
            assert refused(lambda steps=steps, d=d: Derivation(d.title, steps, d.source)), (
                f"{d.title} takes the end of {other.title}"
            )
