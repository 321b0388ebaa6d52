import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailboss.kubeadm.images import pause_image
from trailboss.kubeadm.versions import (
    Version,
    api_server_skew,
    controller_skew,
    kubelet_skew,
    parse,
    step_problems,
    unsupported,
)

versions = st.builds(
    Version, st.just(1), st.integers(20, 40), st.integers(0, 30), st.sampled_from(["", "alpha.1", "rc.0", "rc.10"])
)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.34.4", Version(1, 34, 4)),
        ("v1.34.4", Version(1, 34, 4)),
        (" v1.35.0-rc.1\n", Version(1, 35, 0, "rc.1")),
        ("v1.33.4+k3s1", Version(1, 33, 4)),
    ],
)
def test_parse(text: str, version: Version) -> None:
    assert parse(text) == version


@pytest.mark.parametrize("text", ["", "1.34", "stable", "1.34.x", "v1.34.4.1", "1.34.4 or so"])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="not a Kubernetes version"):
        parse(text)


@given(versions)
def test_a_version_is_read_back_as_it_was_written(version: Version) -> None:
    assert parse(str(version)) == version


@given(versions, versions)
def test_order_is_total(one: Version, other: Version) -> None:
    assert (one < other) + (other < one) + (one == other) == 1
    assert (one <= other) == (not other < one)


def test_order_is_that_of_semantic_versions() -> None:
    ordered = ["1.9.10", "1.34.0-alpha.1", "1.34.0-rc.2", "1.34.0-rc.10", "1.34.0", "1.34.1", "1.34.10", "1.35.0"]
    assert sorted(map(parse, reversed(ordered))) == list(map(parse, ordered))


@pytest.mark.parametrize(
    ("text", "supported"), [("1.30.9", False), ("1.31.0", True), ("1.36.3", True), ("1.37.0", False)]
)
def test_supported_range(text: str, *, supported: bool) -> None:
    assert (unsupported(parse(text)) == "") == supported


@pytest.mark.parametrize(
    ("api_servers", "allowed"),
    [(["1.34.1"], True), (["1.34.1", "1.35.0"], True), (["1.33.9", "1.35.0"], False), ([], True)],
)
def test_api_servers_are_within_one_minor(api_servers: list[str], *, allowed: bool) -> None:
    assert (api_server_skew(tuple(map(parse, api_servers))) == ()) == allowed


@pytest.mark.parametrize(
    ("kubelet", "api_servers", "reasons"),
    [
        ("1.34.9", ["1.34.1"], ()),
        ("1.31.0", ["1.34.1"], ()),
        ("1.30.0", ["1.34.1"], ("kubelet 1.30.0 is more than 3 minors older than API server 1.34.1",)),
        ("1.35.0", ["1.34.1"], ("kubelet 1.35.0 is newer than API server 1.34.1",)),
        # Bounded by the oldest API server, while the control plane is being upgraded.
        ("1.35.0", ["1.35.0", "1.34.4"], ("kubelet 1.35.0 is newer than API server 1.34.4",)),
        ("1.31.0", ["1.35.0", "1.34.4"], ("kubelet 1.31.0 is more than 3 minors older than API server 1.35.0",)),
    ],
)
def test_kubelet_skew(kubelet: str, api_servers: list[str], reasons: tuple[str, ...]) -> None:
    assert kubelet_skew(parse(kubelet), tuple(map(parse, api_servers))) == reasons


@pytest.mark.parametrize(
    ("component", "api_server", "allowed"),
    [("1.34.0", "1.34.4", True), ("1.33.0", "1.34.4", True), ("1.32.0", "1.34.4", False), ("1.35.0", "1.34.4", False)],
)
def test_controllers_are_at_most_one_minor_older(component: str, api_server: str, *, allowed: bool) -> None:
    assert (controller_skew(parse(component), (parse(api_server),)) == ()) == allowed


@pytest.mark.parametrize(
    ("running", "desired", "word"),
    [
        ("1.34.4", "1.34.5", ""),
        ("1.34.4", "1.35.0", ""),
        ("1.33.4", "1.35.0", "skips"),
        ("1.34.4", "1.34.3", "downgrade"),
    ],
)
def test_one_minor_at_a_time_and_never_back(running: str, desired: str, word: str) -> None:
    problems = step_problems(parse(running), parse(desired))
    assert bool(problems) == bool(word)
    assert all(word in problem for problem in problems)


@pytest.mark.parametrize(
    ("version", "tag"),
    [("1.31.2", "3.10"), ("1.33.4", "3.10"), ("1.34.4", "3.10.1"), ("1.35.4", "3.10.1"), ("1.36.3", "3.10.2")],
)
def test_pause_tags_are_kubeadms(version: str, tag: str) -> None:
    assert pause_image(parse(version), "registry.k8s.io") == f"registry.k8s.io/pause:{tag}"
