"""A clerk who types a paper's answers into the boxes that a page shows, and counts what it takes (DESK §7).

One box filled (a day whole), one choice, one press is an action; moving on by Tab and scrolling are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.desk import dates
from api.desk.following import shown_fields
from api.desk.widgets import control, nothing, widget_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

    from validators.model import Field


class Clerk:
    """Fill a draft from known answers; `did` counts the actions."""

    def __init__(self, page: Page, answers: dict[str, Any]) -> None:
        self.page, self.answers, self.did = page, answers, 0
        self.written: set[str] = set()
        self.live = False  # whether the page of the boxes runs scripts

    def press(self, name: str) -> None:
        """Press a button."""
        self.did += 1
        self.page.get_by_role("button", name=name, exact=True).last.click()

    def fill_step(self, fields: Iterable[Field]) -> None:
        """Type what is known into the boxes that are there, those that appear meanwhile too."""
        self.live = self.page.evaluate("typeof htmx !== 'undefined'")
        for field in fields:
            answer = self.answers.get(field.name)
            if not nothing(answer) and self._there(control(field.name)):
                self._field(field, control(field.name), answer)

    def _there(self, name: str) -> bool:
        return self.page.locator(f'[id="{name}"]').count() > 0

    def _field(self, field: Field, name: str, answer: Any) -> None:
        if widget_of(field) != "rows":
            if name not in self.written:
                self.written.add(name)
                self._box(field, name, answer)
            return
        for i, row in enumerate(answer):
            if not self._there(f"{name}.{i}"):
                self.press(f"{field.label}を加える")
                self.page.locator(f'[id="{name}.{i}"]').wait_for()
            for inner in shown_fields(field.fields.values()):
                at = f"{name}.{i}.{control(inner.name)}"
                if not nothing(row.get(inner.name)) and self._there(at) and at not in self.written:
                    self.written.add(at)
                    self._box(inner, at, row[inner.name])

    def _box(self, field: Field, name: str, answer: Any) -> None:
        widget, box = widget_of(field), self.page.locator(f'[id="{name}"]')
        self.did += len(answer) if widget == "ticks" else 1
        match widget:
            case "choice" | "yesno":
                self.page.locator(f'input[name="{name}"][value="{answer}"]').check()
            case "ticks":
                for key in answer:
                    self.page.locator(f'input[name="{name}"][value="{key}"]').check()
            case "pick":
                box.select_option(answer)
            case "date" | "moment":
                box.fill(dates.written(answer))  # whole, into the box of the year
            case "person":
                box.fill(answer["name"])
            case _:
                box.fill(answer)
        if self.live and widget in {"choice", "yesno", "ticks", "pick"}:
            self.page.locator(".htmx-request").wait_for(state="detached")
