from tests.unit.plan import world

from trailboss.plan import compute

ENDED = {
    "state": "member",
    "epoch": 1767225600.0,
    "certificates": {"pki/apiserver.crt": {"begins": 1.7356e9, "ends": 1.7671e9}},
}


def test_where_nobody_answers_ended_certificates_are_named() -> None:
    of = world.cluster(2, 0)
    for hosts, told in (
        ({"others": {"state": "member"}, "cp-2": ENDED}, True),
        ({"others": {"state": "member"}}, False),
    ):
        (refusal,) = compute(of, world.observation(of, hosts, None)).refusals
        assert ("certificates have ended on cp-2: run `kubeadm certs renew all` there" in refusal.remedy) == told
