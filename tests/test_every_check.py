"""Every simulation of every topic, one test each: predicted, band, interval and rival are in the
message.  Nobody edits this file.
"""

import sys

import pytest

from proofs_check.core import grades, runner
from proofs_check.core.expected import value
from proofs_check.core.shape import stands

CHECKS = [(topic, name) for topic in runner.all_topics() for name in runner.checks_of(topic)]
# a number that is typed or read from the ledger shares nothing
COMPUTED = [
    (topic, name) for topic, name in CHECKS if runner.checks_of(topic)[name].kind == "prediction"
]


@pytest.mark.parametrize(("topic", "name"), CHECKS)
def test_theory_survives_the_simulation(topic, name):
    unit = ("check", topic, name)
    entry, _ = grades.at_hand(unit)
    said = {key: entry[key] for key in ("quantity", "predicted", "band", "interval", "rival")}
    assert stands(entry), f"{entry['note'] or ''} {said}"


# Checks whose predicted number is typed, neither computed from a claim nor read from the ledger.
# This list may only become shorter.
TYPED = {
    "linear_region": {"pieces_along_a_line_grow_like_the_neurons"},
    "no_free_lunch": {
        "four_numbers_draw_an_elephant",
        "random_labels_are_memorised",
        "the_fifth_number_moves_the_trunk",
    },
    "nondimensionalisation": {"balance_is_kept"},
    "gradient_flow": {"residual_decays_by_the_kernel", "torch_walks_the_flow"},
    "minimum_norm": {"wide_network_moves_as_little_as_possible"},
    "phase_diagram": {
        "largest_output_grows_like_the_capacity",
        "lecun_and_he",
        "output_weights_move",
        "published_distances",
        "published_distances_condensed",
        "published_slope_map",
    },
    "condensation": {
        "adam_goes_to_the_signs",
        "angle_is_of_first_order_in_the_scale",
        "blow_up_gathers_amplitude",
        "exponential_growth_gathers_all_neurons",
        "four_lines_in_three_dimensions",
        "left_orientation_at_the_end",
        "number_grows_during_training",
        "right_orientation_at_the_end",
    },
    "frequency_principle": {"high_band_is_missed"},
    "linear_frequency_principle": {"distance_falls_with_width"},
    "activation_spectrum": {"narrow_activation_has_no_order"},
    "parity": {"sparse_parity_is_learned_from_the_same_corners"},
    "critical_point": {"relu_units_on_one_side_stay_there"},
}


@pytest.mark.parametrize("topic", runner.all_topics())
def test_a_predicted_number_is_computed_or_read_from_the_ledger(topic):
    checks = runner.checks_of(topic)
    typed = {name for name, check in checks.items() if check.kind == "number"}
    assert typed == TYPED.get(topic, set()), "compute it, or give the ledger entry a threshold"


@pytest.mark.parametrize("topic", runner.all_topics())
def test_every_quantity_says_its_unit(topic):
    units = ("dimensionless", "a count", "a share", "radians", "degrees", "percentage points")
    for name, check in runner.checks_of(topic).items():
        unit = check.quantity.rpartition(", ")[2]
        assert unit in units or unit.startswith(("in ", "a p value")), f"{name}: {check.quantity}"


# the data that both look at, and the gates that numbers come in by
SHARED = ("/training/data.py", "/numerics/core/arrays.py", "/numerics/core/tensors.py")


def functions_called(action):
    """Functions of the numerical layer and of the topic that run while ``action`` does; laws read
    off theory count, the nouns and the data that both look at do not.
    """
    seen = set()

    def watch(frame, event, _):
        path = frame.f_code.co_filename
        if (
            event == "call"
            and ("/numerics/" in path or "/proofs_check/" in path)
            and not path.endswith(SHARED)
            and not frame.f_code.co_name.startswith(("<", "_"))
        ):
            seen.add((path.rsplit("/", 2)[1], frame.f_code.co_name))

    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(None)
    gates = {
        ("core", "problem"),
        ("core", "scaling"),
    }  # of the phase diagram: they refuse bad input
    return seen - gates - {("proofs_check", "default_device"), ("proofs_check", "value")}


@pytest.mark.parametrize(("topic", "name"), COMPUTED)
def test_what_is_measured_does_not_come_from_what_is_predicted(topic, name):
    check = runner.checks_of(topic)[name]
    predicted = functions_called(lambda: value(check.predict))
    for measure in check.setups.values():
        assert not predicted & functions_called(lambda measure=measure: measure((0,)))
