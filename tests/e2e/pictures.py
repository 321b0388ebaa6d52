"""Takes pictures of Temporal's web UI with headless Chromium, for the documentation.

`take` is for whoever has a change under way; `python -m tests.e2e.pictures UI-URL WORKFLOW-ID FOLDER` does the same.
scripts/screenshots.sh installs what it needs.
"""

import argparse
import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import TimeoutError as NotThere

from trailboss.model import links, names

SIZE = {"width": 1400, "height": 900}
_SCRIPT = Path(__file__).parents[2] / "scripts/screenshots.sh"
_PATIENCE = 30_000  # milliseconds: a busy machine starts a browser slowly
_SETTLES = 500  # milliseconds after what was waited for has come: fonts and frames take their place
_IS_A_RUN = re.compile(r"/workflows/[^/]+/[^/]+/\w")  # the web UI goes on to the newest run, and to a view of it
_ROW = re.compile(r"^(prepare|init|join|stage|snapshot|upgrade|settle|remove) ")  # of a timeline: an operation
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class View:
    """One picture: the URL of its page, and words that it shows once it has all.

    `framed`: they are in Markdown, which the web UI puts into a frame of its own.
    """

    name: str
    url: str
    words: str | re.Pattern[str]
    framed: bool = False


async def take(ui_url: str, workflow_id: str, folder: Path, *, namespace: str = "default") -> dict[str, Path]:
    """Write a picture of each view of a change that is under way; return the files by name ("change", "list", …).

    `ui_url`: such as http://127.0.0.1:8233. `workflow_id`: of the change; the pictures go to `folder`/NAME.png.
    "machine" is there if an operation has begun, first of all one that is under way or held: its page is where the link
    in the change's details leads.

    Raises:
        AssertionError: a page does not show what it is there for, and what it shows instead.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base, taken = ui_url.rstrip("/"), {}
    async with _browser() as browser:
        page = await browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce", timezone_id="UTC")
        page.set_default_timeout(_PATIENCE)
        run = await _newest_run(page, f"{base}/{links.page(workflow_id, namespace)}")
        taken["change"] = await _picture(page, _change(run, workflow_id), folder)
        if operation := await _operation(page):
            machine = View("machine", f"{await _newest_run(page, operation)}/user-metadata", "Step", framed=True)
            taken["machine"] = await _picture(page, machine, folder)
        everything = f'{names.ATTRIBUTE_CLUSTER} = "{workflow_id.split("/")[1]}"'
        found = View("list", f"{base}/{links.found(everything, namespace)}", workflow_id)
        taken |= {view.name: await _picture(page, view, folder) for view in (*_views(run), found)}
    return taken


def _change(run: str, workflow_id: str) -> View:
    return View("change", f"{run}/user-metadata", workflow_id.rpartition("/")[2], framed=True)


def _views(run: str) -> list[View]:
    return [
        View("timeline", f"{run}/timeline", _ROW),
        View("relationships", f"{run}/relationships", names.CLUSTER_WORKFLOW),
        View("attributes", f"{run}/search-attributes", names.ATTRIBUTE_PHASE),
    ]


async def _newest_run(page: Page, workflow: str) -> str:
    """Return the URL that the web UI itself goes on to, without the view that it chooses."""
    await page.goto(workflow)
    try:
        await page.wait_for_url(_IS_A_RUN)
    except NotThere as error:
        raise AssertionError(f"{workflow} leads to no run of a workflow") from error
    return page.url.rpartition("/")[0]


async def _operation(page: Page) -> str:
    """Return where an operation is linked to in the details at hand; "" where none has begun."""
    lines = page.locator("iframe").last.content_frame.locator("li")
    for marks in ("⏳|✋", "✅ upgrade|✅ join", "✅"):
        marked = lines.filter(has_text=re.compile(marks)).get_by_role("link")
        if await marked.count():
            return str(await marked.first.evaluate("link => link.href"))
    return ""


async def _picture(page: Page, view: View, folder: Path) -> Path:
    frame = page.locator("iframe").last.content_frame if view.framed else page
    shown = frame.locator("main").get_by_text(view.words).filter(visible=True).first
    try:
        await page.goto(view.url)
        await shown.wait_for()
    except NotThere as error:
        instead = await page.locator("body").inner_text()
        raise AssertionError(f"{view.url} does not show {view.words}, but: {instead[-2000:]}") from error
    await shown.scroll_into_view_if_needed()
    await page.wait_for_timeout(_SETTLES)
    file = folder / f"{view.name}.png"
    await page.screenshot(path=file)
    return file


@asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--hide-scrollbars"])
        try:
            yield browser
        finally:
            await browser.close()


def chromium() -> str:
    """Return the browser of this machine; where there is none, it is installed first."""
    found = _found()
    if not found:
        subprocess.run([_SCRIPT, "--install"], check=True)
        found = _found()
    assert found, "no Chromium, although it was installed"
    return found


def _found() -> str:
    return next((path for name in _BROWSERS if (path := shutil.which(name))), "")


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of a change in Temporal's web UI.")
    parser.add_argument("ui_url")
    parser.add_argument("workflow_id")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--namespace", default="default")
    given = parser.parse_args()
    taken = asyncio.run(take(given.ui_url, given.workflow_id, given.folder, namespace=given.namespace))
    print(*taken.values(), sep="\n")  # noqa: T201 - what a script is for


if __name__ == "__main__":
    main()
