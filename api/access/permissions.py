"""What each role and each key may do, and what each route asks: data, and refused where it says nothing."""

from __future__ import annotations

from typing import Final, Literal

Deed = Literal[
    "enter",  # the pages of oneself, help
    "look",  # forms, rules, entry workbooks: no case content
    "write",  # records checked and drafted, papers issued, uploads
    "cases",  # cases, events, deadlines, hand-overs, read
    "keep",  # the same, changed
    "approve",
    "registers",
    "review",
    "audit",
    "rule",  # people, keys, other systems, templates, profile: no case content
    "watch",  # figures of the service: nothing of a case, nothing of a person
]

ROLE_DEEDS: Final[dict[str, frozenset[Deed]]] = {
    "clerk": frozenset({"enter", "look", "write", "cases", "keep", "registers"}),
    "approver": frozenset({"enter", "look", "cases", "approve", "registers"}),
    "supervisor": frozenset({"enter", "look", "write", "cases", "keep", "registers", "review"}),
    "auditor": frozenset({"enter", "look", "cases", "registers", "review", "audit"}),
    "administrator": frozenset({"enter", "look", "rule", "watch"}),
}
SCOPE_DEEDS: Final[dict[str, frozenset[Deed]]] = {
    "forms": frozenset({"look"}),
    "papers": frozenset({"look", "write"}),
    "cases": frozenset({"cases", "keep"}),
    "approval": frozenset({"cases", "approve"}),
    "registers": frozenset({"registers"}),
    "audit": frozenset({"audit"}),
    "metrics": frozenset({"watch"}),
}

# Reached by anybody: nothing of a case, nothing of a person.
PUBLIC: Final = frozenset(
    {
        *("static", "pages.healthz", "watch.readyz", "deadlines_pages.feed"),
        *("sign_in.show", "sign_in.enter", "outside.start", "outside.back", "outside.left", "outside.end"),
    }
)
# Reached by programs of this machine itself without a key, and as the machine is called by itself.
WATCHED: Final = frozenset({"pages.healthz", "watch.readyz", "watch.metrics"})
# While a password is for once, or the screen is left, these alone answer.
ALWAYS_OWN: Final = frozenset(
    {"sign_in.leave", "sign_in.away", "sign_in.come_back", "sign_in.password", "sign_in.set_password"}
)

# Of a blueprint, or of one route: what reading asks, what changing asks.
ROUTES: Final[dict[str, tuple[Deed, Deed]]] = {
    "sign_in": ("enter", "enter"),
    "users": ("rule", "rule"),
    "hooks": ("rule", "rule"),
    "watch": ("watch", "watch"),
    "forms_pages": ("look", "look"),
    "parts_page": ("look", "look"),
    "openapi": ("look", "look"),
    "pages": ("write", "write"),
    "pages.home": ("enter", "enter"),
    "pages.sheet": ("look", "look"),
    "drafts_pages": ("write", "write"),
    "batches": ("write", "write"),
    "batch_events": ("write", "write"),
    "forms": ("look", "write"),
    "cases": ("cases", "cases"),
    "kept_cases": ("cases", "keep"),
    "kept_cases.search": ("cases", "cases"),
    "kept_papers": ("cases", "write"),
    "kept_papers.approve": ("approve", "approve"),
    "kept_papers.give_back": ("approve", "approve"),
    "kept_papers.held_against": ("cases", "cases"),
    "kept_registers": ("registers", "registers"),
    "kept_registers.close": ("registers", "keep"),
    "kept_registers.add": ("registers", "keep"),
    "kept_registers.correct": ("registers", "keep"),
    "kept_handovers": ("cases", "keep"),
    "cases_pages": ("cases", "keep"),
    "cases_pages.new": ("keep", "keep"),
    "cases_pages.new_event": ("keep", "keep"),
    "cases_pages.closing": ("keep", "keep"),
    "cases_pages.new_person": ("keep", "keep"),
    "cases_pages.person": ("keep", "keep"),
    "cases_pages.fact": ("keep", "keep"),
    "cases_pages.search": ("cases", "cases"),
    "cases_pages.seen": ("cases", "cases"),
    "cases_pages.write_next": ("write", "write"),
    "deadlines_pages": ("cases", "cases"),
    "papers_pages": ("cases", "write"),
    "papers_pages.file": ("cases", "cases"),
    "approvals_pages": ("approve", "approve"),
    "registers_pages": ("registers", "registers"),
    "registers_pages.close": ("registers", "keep"),
    "handovers_pages": ("cases", "keep"),
    "handovers_pages.new": ("keep", "keep"),
    "checking_pages": ("audit", "audit"),
    "checking_pages.verify": ("cases", "cases"),
    "checking_pages.verified": ("cases", "cases"),
    "offices_pages": ("rule", "rule"),
    "templates_pages": ("rule", "rule"),
    "review_pages": ("review", "review"),
    "rules_pages": ("look", "look"),
}

# What every route of a blueprint asks besides: who enters a row, or closes a month, is shown the register.
BESIDES: Final[dict[str, Deed]] = {"kept_registers": "registers", "registers_pages": "registers"}


def asked_of(endpoint: str, method: str) -> Deed | None:
    """Return what a route asks of whoever calls it; None for one that the table does not name: nobody may."""
    found = ROUTES.get(endpoint) or ROUTES.get(endpoint.partition(".")[0])
    return found and found[method not in {"GET", "HEAD", "OPTIONS"}]
