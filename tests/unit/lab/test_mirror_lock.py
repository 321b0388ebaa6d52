import threading
from pathlib import Path

from trailboss.lab.mirror.lock import build_lock


def test_the_second_builder_says_so_and_waits(tmp_path: Path) -> None:
    path, told, order = tmp_path / "cache" / "mirror.lock", threading.Event(), list[str]()

    def second() -> None:
        with build_lock(path, told.set):
            order.append("second")

    with build_lock(path, lambda: order.append("first waited")):
        thread = threading.Thread(target=second)
        thread.start()
        assert told.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
