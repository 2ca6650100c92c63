"""One thread per process, and the same Hypothesis examples on every machine in CI."""

import os
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import pytest  # noqa: E402
import torch  # noqa: E402  (after the thread counts)
from hypothesis import HealthCheck, Phase, settings  # noqa: E402
from routes import planted  # noqa: E402

torch.set_num_threads(1)
settings.register_profile("dev", deadline=None, max_examples=20)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=20,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(  # the first failure is enough, and no example is kept
    "planted",
    deadline=None,
    max_examples=20,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
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


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "claim(name): puts a claim at risk, and has to fail with an error in its results"
    )


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    passed = yield
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    for mark in pyfuncitem.iter_markers("claim"):
        for claim in mark.args:
            settings.load_profile("planted")
            try:
                with planted(claim):
                    pyfuncitem.obj(**given)
            except Exception as noticed:
                said = f"{type(noticed).__name__}: {noticed}"
                assert not isinstance(noticed, (TypeError, NameError, AttributeError)), said
            else:
                pytest.fail(f"an error in {claim} goes unnoticed")
            finally:
                settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
    return passed
