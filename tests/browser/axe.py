"""What keeps people out of a page, by the rules of WCAG 2.2 AA."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Colours are all that changes with the theme, so only what is about colours is asked again.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
# Links that fade into their new colour have it at once.
_SETTLED = """new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen))).then(
    () => document.getAnimations().forEach(fading => fading.finish()))"""
# Without ``preload`` axe copies no style sheets into the page, which the content policy refuses;
# it did that only to look for screens locked to one orientation.
_RUN = "only => axe.run({runOnly: only, resultTypes: ['violations'], preload: false})"


def faults_of(page: Page) -> list[str]:
    """Say what axe finds on the page as it is, with the place."""
    page.evaluate(AXE)
    return _run(page, {"type": "tag", "values": RULES})


def faults_of_the_dark(page: Page) -> list[str]:
    """Turn a page that was looked at dark, and say what its colours do there."""
    page.emulate_media(color_scheme="dark")
    page.evaluate(_SETTLED)
    return [f"dark: {fault}" for fault in _run(page, {"type": "rule", "values": OF_COLOUR})]


def _run(page: Page, only: dict[str, object]) -> list[str]:
    return [
        f"{fault['id']}: {node['target']} {node.get('failureSummary', '')}"
        for fault in page.evaluate(_RUN, only)["violations"]
        for node in fault["nodes"]
    ]
