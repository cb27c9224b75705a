"""Open the desk: its pages, its drafts, its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.access.owned import OwnDrafts
from api.desk import drafts_pages, forms_pages, look, paper_pages, parts_page, step_pages
from api.desk.drafts import MemoryDrafts
from api.desk.picture import Pictures

if TYPE_CHECKING:
    from flask import Flask

    from api.desk.drafts import Drafts

# the routes of a draft stand in three modules on one blueprint
ROUTES = (drafts_pages, step_pages, paper_pages, forms_pages, parts_page)


def register(app: Flask, drafts: Drafts | None = None) -> None:
    """Add the desk to an application; `drafts` left out are kept in memory."""
    app.extensions["drafts"] = OwnDrafts(drafts or MemoryDrafts())
    app.extensions["pictures"] = Pictures()
    look.register(app)
    for blueprint in dict.fromkeys(module.blueprint for module in ROUTES):
        app.register_blueprint(blueprint)
