"""The bound on requests in flight."""

from gateway.executor.resilience.admission import Admission


def test_who_comes_at_the_limit_is_refused_until_somebody_leaves() -> None:
    admission = Admission(2)
    admitted = [admission.enter() for _ in range(3)]

    admission.leave()

    assert admitted == [True, True, False]
    assert [admission.enter(), admission.enter()] == [True, False]


def test_a_limit_of_nothing_admits_everybody() -> None:
    admission = Admission(0)

    assert all(admission.enter() for _ in range(5000))
