"""Bybit's no: https://bybit-exchange.github.io/docs/v5/error. It comes with status 200 as well."""

from __future__ import annotations


class Rejection(Exception):
    """A request that is not carried out."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def strange(name: str) -> Rejection:
    """A parameter is not there, or is not what it should be."""
    return Rejection(10001, f"params error: {name} invalid")


def not_permitted() -> Rejection:
    """The key must not do this."""
    return Rejection(10005, "Permission denied, please check your API key permissions.")


def insufficient() -> Rejection:
    """There is less than the order needs."""
    return Rejection(170131, "Insufficient balance.")


def no_such_order(category: str) -> Rejection:
    """It has ended, or never was."""
    if category == "spot":
        return Rejection(170213, "Order does not exist.")
    return Rejection(110001, "order not exists or too late to cancel")


def repeated() -> Rejection:
    """An order has this client order id already; that it has ended makes no difference."""
    return Rejection(170141, "Duplicate clientOrderId.")
