"""What has to be asked of a venue before it is recorded is asked only for what the book would take."""

from __future__ import annotations

from tradebook.kernel.errors import TradebookError
from tradebook.trading.commands import TradingCommand
from tradebook.trading.model import Account, decide
from tradebook.trading.writer import AccountWriter


async def rehearse(writer: AccountWriter, command: TradingCommand) -> None:
    """Raise what deciding the command would raise now; nothing is recorded."""

    def problem(account: Account) -> TradebookError | None:
        try:
            decide(command, account)
        except TradebookError as error:  # it rests on what may not be durable yet
            return error
        return None

    refused = await writer.read(command.account_id, problem)
    if refused is not None:
        raise refused
