"""One thread per process, and the same Hypothesis examples on every machine in CI."""

import os
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import pytest  # noqa: E402
import torch  # noqa: E402  (after the thread counts)
from hypothesis import HealthCheck, settings  # noqa: E402

torch.set_num_threads(1)
settings.register_profile("dev", deadline=None, max_examples=20)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=20,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture
def once(request):
    """``once(topic, name, act)`` does what a test does, unless it passed with the same sources.

    The key is that of the topic's claims, with this test's own file and the referee.
    """
    from proofs_check.core import store

    def do(topic, name, act):
        test = Path(request.node.path)
        more = [test, *sorted((store.ROOT / "proofs_check" / "referee").glob("*.py"))]
        mark = store.key("claim", topic, "default", more)
        path = store.KEPT / "tests" / f"{request.node.originalname}.{topic}.{name}.json"
        if store.recall(path, mark) is None:
            act()
            store.keep(path, mark, "passed")

    return do
