import pytest

from tests.deploy.module import MODULE, Module


@pytest.fixture(name="module", scope="session")
def _module():
    return Module(MODULE)


@pytest.fixture(name="plan", scope="session")
def _plan(module):
    """The module as it is with nothing but a name."""
    plan = module.plan(name="shop")
    assert plan.refused == []
    return plan
