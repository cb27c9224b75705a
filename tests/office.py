"""The office in whose name the tests issue papers."""

from __future__ import annotations

OFFICE = {"name": "汐見県汐見警察署", "chief_title": "汐見県汐見警察署長", "chief_name": "警視　架空　太郎"}
