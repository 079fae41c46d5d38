"""The only place where rooms and infrastructure are wired together.

``serve`` runs everything on one machine, ``run_role`` one role of a cluster, ``open_book`` opens a book for a
command without its server. The rest is what these three are made of.
"""

from __future__ import annotations

from tradebook.bootstrap.book import diagnose, open_book, restore
from tradebook.bootstrap.edge import api_document
from tradebook.bootstrap.roles import run_role
from tradebook.bootstrap.serve import serve
from tradebook.bootstrap.settings import load_settings
from tradebook.bootstrap.venue_sim import simulate_venue

__all__ = [
    "api_document",
    "diagnose",
    "load_settings",
    "open_book",
    "restore",
    "run_role",
    "serve",
    "simulate_venue",
]
