"""The days from which an amended law counts, where checks in code ask for them; provisions have theirs in `effective` and in their expressions."""

from typing import Final

STALKER_ACT_2021: Final = (
    "2021-08-26"  # 令和3年法律第45号: positions taken by devices (法2条3項), service of orders (法5条11項)
)
DV_ACT_2023: Final = (
    "2024-04-01"  # 令和5年法律第30号: its articles, and one year for what is petitioned for from then (附則2条1項)
)
ACTS_2025: Final = (
    "2025-12-30"  # 令和7年法律第84号: tags, warnings without a request, the places at the time of the act
)
SERVICE_2026: Final = "2026-05-21"  # service by publication goes by the Internet too (規則13条1項)
