"""From rows of the store to events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from tradebook.journal.catalogue import EventCatalogue
from tradebook.journal.records import Metadata, Recorded
from tradebook.kernel.messages import Event

Rows = Iterable[Iterable[Any]]


class RowDecoder:
    """Decodes pages of rows; what repeats from row to row is looked up once."""

    def __init__(self, catalogue: EventCatalogue) -> None:
        self._catalogue = catalogue
        self._decoders: dict[tuple[str, int], Callable[[str | bytes], Event]] = {}
        self._metadata = msgspec.json.Decoder(Metadata)

    def events(self, rows: Rows) -> list[Event]:
        """Events of rows (type, schema, data)."""
        decoders = self._decoders
        events: list[Event] = []
        add = events.append
        for type_, schema, data in rows:
            decode = decoders.get((type_, schema)) or self._decoder(type_, schema)
            add(decode(data))
        return events

    def recorded(self, rows: Rows) -> list[Recorded]:
        """Rows (position, recorded_at, stream, version, type, schema, data, metadata) with their envelope."""
        decoders = self._decoders
        last_text, metadata = "", Metadata(actor="", command_id="")
        page: list[Recorded] = []
        for position, recorded_at, stream, version, type_, schema, data, metadata_text in rows:
            if metadata_text != last_text:  # the events of one append share it
                last_text, metadata = metadata_text, self._metadata.decode(metadata_text)
            decode = decoders.get((type_, schema)) or self._decoder(type_, schema)
            page.append(
                Recorded(
                    position=position,
                    recorded_at=recorded_at,
                    stream=stream,
                    version=version,
                    type=type_,
                    event=decode(data),
                    metadata=metadata,
                )
            )
        return page

    def _decoder(self, type_: str, schema: int) -> Callable[[str | bytes], Event]:
        decoder = self._decoders[type_, schema] = self._catalogue.decoder(type_, schema)
        return decoder
