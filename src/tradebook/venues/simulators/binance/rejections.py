"""Binance's no: https://github.com/binance/binance-spot-api-docs/blob/master/errors.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tradebook.venues.simulators.venue import SimulatedAnswer


class Rejection(Exception):
    """A request that is not carried out."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.headers = headers or {}
        self.data = data

    @property
    def document(self) -> dict[str, Any]:
        """As it is written; a replacement that went half way says in ``data`` how far."""
        document: dict[str, Any] = {"code": self.code, "msg": self.message}
        return document if self.data is None else {**document, "data": self.data}

    @property
    def answer(self) -> SimulatedAnswer:
        """As it is sent."""
        return SimulatedAnswer(
            status=self.status, body=msgspec.json.encode(self.document), headers=self.headers
        )


def missing(name: str) -> Rejection:
    """A parameter is not there, or is not what it should be."""
    return Rejection(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def illegal(name: str, legal: str) -> Rejection:
    """A parameter is written with what it must not be written with."""
    return Rejection(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")


def filtered(name: str) -> Rejection:
    """The symbol does not take such orders."""
    return Rejection(-1013, f"Filter failure: {name}")


def rejected(message: str) -> Rejection:
    """The matching engine does not take the order."""
    return Rejection(-2010, message)


def insufficient() -> Rejection:
    """There is less than the order needs."""
    return rejected("Account has insufficient balance for requested action.")


def unknown_to_cancel() -> Rejection:
    """There is nothing to cancel."""
    return Rejection(-2011, "Unknown order sent.")


def not_permitted() -> Rejection:
    """The key is not known, or must not do this."""
    return Rejection(-2015, "Invalid API-key, IP, or permissions for action.", status=401)
