"""Puts a workflow's current details where the web UI finds them."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model import links


def show(markdown: str) -> None:
    """Show it; commands and links in it name this workflow's namespace from here on."""
    workflow.set_current_details(markdown.replace(links.HERE, workflow.info().namespace))
