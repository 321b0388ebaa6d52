from trailboss.lab.engine.firewall import without_engine

FILTER = """\
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
:MINE - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -j ACCEPT
-A FORWARD -o br-0123456789ab -j ACCEPT
-A FORWARD -i docker-mine0 -j MINE
-A DOCKER-USER -j RETURN
COMMIT
"""


def test_the_engines_own_goes_and_others_rules_stay() -> None:
    assert without_engine(FILTER, "ACCEPT").splitlines() == [
        "*filter",
        ":INPUT ACCEPT [0:0]",
        ":FORWARD ACCEPT [0:0]",
        ":MINE - [0:0]",
        "-A FORWARD -i docker-mine0 -j MINE",
        "COMMIT",
    ]


def test_an_unknown_policy_stays_as_it_is() -> None:
    assert ":FORWARD DROP [0:0]" in without_engine(FILTER, "")
