"""Fifty figures of the demo book, pressed at random: each follows from what its explanation shows."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import prefer, sign_in
from tests.support.explained import Behind, recomputed
from tests.support.server import Client, Server, open_directory

from tradebook.bootstrap.catalogue import catalogue
from tradebook.trading.views.explain import ExplanationDocument, parse_figure
from tradebook.trading.views.explain.names import FIGURES as FIGURES_BY_KIND

pytestmark = pytest.mark.browser
SEED = 20
FIGURES = 50
ATTEMPTS = 5
"""The book goes on while it is read: a figure that moved before the answer came is pressed again."""
LIVE = (":pnl", ":mark_price", ":unrealised_pnl")
TABS = ("Open orders", "Order history", "Positions", "Fills", "Balances")
KEEP_WHAT_IS_DRAWN_FROM = """(() => {
  Object.assign(window, {accounts: {}, valuations: [], usages: [], quotes: []});
  const ask = window.fetch;
  window.fetch = async (...given) => {
    const answer = await ask(...given);
    if (/\\/v1\\/accounts(\\?|$)/.test(answer.url))
      for (const {account_id, name} of (await answer.clone().json()).items ?? [])
        window.accounts[account_id] = name;
    if (answer.url.includes("/valuation")) window.valuations.push(await answer.clone().json());
    if (answer.url.includes("/risk/usage")) window.usages.push((await answer.clone().json()).items);
    const [, instrument] = answer.url.match(/\\/v1\\/quotes\\/([^?]+)/) ?? [];
    if (instrument) window.quotes.push({instrument, ...await answer.clone().json()});
    return answer;
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({data}) => {
        const {channel, data: quote} = JSON.parse(data);
        if (!channel?.startsWith("quotes:")) return;
        window.quotes.push({instrument: channel.slice(7), bid: quote.bid, ask: quote.ask});
        window.quotes.splice(0, window.quotes.length - 2000);
      });
    }
  };
})()"""
NAMES = "buttons => buttons.map(button => button.dataset.figure)"
KEEP_PRESSED = """button => button.addEventListener(
  "click", () => { window.pressed = button.textContent }, {capture: true, once: true})"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A demo book, with a day of trading behind it."""
    with open_directory() as directory:
        running = Server(directory / "data", "--demo").start(timeout_s=90)
        yield running
        assert running.stop() == 0


@pytest.fixture
def book(page: Page, server: Server, client: Client) -> Page:
    """Its pages, signed in."""
    client.wait_for_views()
    page.add_init_script(KEEP_WHAT_IS_DRAWN_FROM)
    prefer(page, hasSeenTour=True)
    sign_in(page, server, "/")
    return page


class Place(NamedTuple):
    """A part of the page with figures in it."""

    name: str
    open: Callable[[Page], None]
    as_of: str | None


class Drawn(NamedTuple):
    """What the page was told before the figure was pressed, the newest last."""

    valuations: list[dict[str, Any]]
    usages: list[list[dict[str, Any]]]
    quotes: list[dict[str, Any]]


class Pressed(NamedTuple):
    """A figure that was pressed, as it stood on the page, and the explanation that the page was given."""

    text: str
    explanation: ExplanationDocument
    drawn: Drawn
    as_of: str | None

    @property
    def is_live(self) -> bool:
        """Whether it moves with prices that nothing has recorded."""
        of = self.explanation.of
        if of.startswith("limit:"):  # told for now only, wherever the page stands
            return True
        return self.as_of is None and (
            of.startswith(("valuation:", "equity:", "total:")) or of.endswith(LIVE)
        )


# --- where figures are


def go(page: Page, room: str) -> None:
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name=room, exact=True).click()


def open_tab(page: Page, title: str) -> None:
    go(page, "Trade")
    page.get_by_role("tab", name=re.compile(f"^{title}")).click()


def places(as_of: str | None) -> list[Place]:
    pages: dict[str, Callable[[Page], None]] = {
        "Overview": lambda page: go(page, "Overview"),
        "Risk": lambda page: go(page, "Risk"),
        **{f"Trade, {tab}": lambda page, tab=tab: open_tab(page, tab) for tab in TABS},  # type: ignore[misc]  # mypy sees no types in a lambda
    }
    if as_of is not None:
        pages["Journal"] = lambda page: go(page, "Journal")
    return [Place(name, opened, as_of) for name, opened in pages.items()]


def travel(page: Page, as_of: str | None) -> None:
    """Let every page show the book as of a position."""
    banner = page.get_by_role("complementary", name="As of")
    if as_of is None:
        if banner.count():
            banner.get_by_role("button", name="Back to now").click()
        return
    go(page, "Journal")
    page.get_by_role("slider", name="Time travel").fill(as_of)
    expect(banner).to_contain_text(f"position {grouped(as_of)}")


def figures(page: Page) -> Locator:
    """What can be explained, once all of it is there."""
    found = page.get_by_role("main").locator("button.cursor-help[title=Explain]")
    expect(page.get_by_role("main").locator("[aria-busy=true]")).to_have_count(0)
    expect(found.first).to_be_visible()
    before = -1
    while (now := found.count()) != before:
        before = now
        page.wait_for_timeout(200)
    return found


# --- pressing


def press(page: Page, figure: Locator, as_of: str | None) -> Pressed:
    """Press it; the panel shows the whole of what the server said, and nothing else."""
    names = accounts_of(page)
    figure.evaluate(KEEP_PRESSED)
    with page.expect_response(lambda answer: "/v1/explain?" in answer.url) as answered:
        figure.click()
    explanation = msgspec.convert(answered.value.json(), ExplanationDocument)
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text(explanation.formula)
    shown = panel.get_by_role("table", name="Inputs of the formula").locator("tbody tr")
    expect(shown).to_have_count(len(explanation.inputs))
    for row, given in zip(shown.all(), explanation.inputs, strict=True):
        value = "unknown" if given.value is None else grouped(given.value)
        expect(row.locator("td")).to_have_text(f"{value}{given.unit}")
        kind, _, owner = given.name.replace("_", " ").partition(":")
        expect(row.locator("th")).to_contain_text(f"{kind}, {names.get(owner, owner)}" if owner else kind)
    events = panel.get_by_role("list", name="Events behind the figure").get_by_role("link")
    linked = [each.get_attribute("href") for each in events.all()]
    assert linked == [f"/journal/{each.position}" for each in explanation.events]
    if explanation.journal_position != "0":
        expect(panel).to_contain_text(f"up to event {grouped(explanation.journal_position)}")
    drawn = Drawn(*page.evaluate("[window.valuations.slice(-24), window.usages.slice(-3), window.quotes]"))
    return Pressed(page.evaluate("window.pressed"), explanation, drawn, as_of)


def accounts_of(page: Page) -> dict[str, str]:
    """Their names by id: the page names accounts where the server gives their ids."""
    return dict(page.evaluate("window.accounts"))


def follow_an_event(page: Page, explanation: ExplanationDocument) -> bool:
    """The panel's last event leads to the event; false where the figure rests on none."""
    panel = page.get_by_role("dialog")
    events = panel.get_by_role("list", name="Events behind the figure").get_by_role("link")
    if not events.count():
        return False
    events.last.click()
    expect(panel).to_have_count(0)
    source = explanation.events[-1]
    expect(page).to_have_url(re.compile(f"/journal/{source.position}$"))
    told = page.get_by_role("region", name="About the event")
    expect(page.get_by_role("main")).to_contain_text(f"Event {grouped(source.position)}")
    expect(told).to_contain_text(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", source.type.split(".")[1]).capitalize())
    return True


# --- what has to be true


def whole(client: Client, of: str, as_of: str | None) -> ExplanationDocument:
    """The same explanation from the server, its pages put together."""
    query = f"/v1/explain?limit=500&of={of}" + (f"&as_of={as_of}" if as_of else "")
    first = page = msgspec.convert(client.get(query), ExplanationDocument)
    while page.next_cursor is not None:
        page = msgspec.convert(client.get(f"{query}&cursor={page.next_cursor}"), ExplanationDocument)
        first.events.extend(page.events)
        first.postings.extend(page.postings)
        first.fills.extend(page.fills)
    return first


def behind(client: Client, explanation: ExplanationDocument) -> list[Behind]:
    """The events that it names; the journal has each of them, and of that kind."""
    read = []
    for source in explanation.events:
        found = client.get(f"/v1/journal/{source.position}")
        assert found["type"] == source.type
        data = msgspec.json.encode(found["data"])
        read.append((source.position, catalogue().decode(found["type"], found["schema"], data)))
    return read


def as_drawn(pressed: Pressed) -> Iterator[ExplanationDocument]:
    """The explanation with what moves as the page may have had it when it drew the figure."""
    given, drawn = pressed.explanation, pressed.drawn
    kind, owner, subject, figure = msgspec.structs.astuple(parse_figure(given.of))
    if kind == "position":
        for quote in drawn.quotes[::-1]:
            if quote["instrument"] == subject:
                yield with_inputs(given, {"bid": quote["bid"], "ask": quote["ask"]})
    elif figure == "max_position_notional":
        for usage in drawn.usages:
            found = [each for each in usage if (each["name"], each["instrument"]) == (figure, subject)]
            yield from (with_inputs(given, {"price": price_told(each["detail"])}) for each in found)
    elif kind == "limit":
        yield given
    elif kind == "total":
        of_account: dict[str, list[str]] = {}
        for each in drawn.valuations:
            of_account.setdefault(f"equity:{each['account_id']}", []).append(each["equity"])
        for back in (1, 2, 3):
            yield with_inputs(given, {name: known[-back:][0] for name, known in of_account.items()})
    else:
        of_owner = [each for each in drawn.valuations if each["account_id"] == owner]
        yield from (at_prices_of(given, each) for each in of_owner[-3:])


def price_told(detail: str) -> str:
    """From "0.4 BTC at 57912.6."."""
    return detail.rpartition(" at ")[2].removesuffix(".")


def with_inputs(explanation: ExplanationDocument, values: dict[str, str]) -> ExplanationDocument:
    """With other values of some inputs."""
    inputs = [
        msgspec.structs.replace(each, value=values.get(each.name, each.value)) for each in explanation.inputs
    ]
    return msgspec.structs.replace(explanation, inputs=inputs)


def at_prices_of(explanation: ExplanationDocument, valuation: dict[str, Any]) -> ExplanationDocument:
    """The explanation with the amounts and prices of a valuation."""
    values = {
        f"{name}:{item['asset']}": item[name]
        for item in valuation["items"]
        for name in ("total", "held", "price")
    }
    stays = [each for each in explanation.inputs if not each.name.startswith("quoted:")]
    return with_inputs(msgspec.structs.replace(explanation, inputs=stays), values)


def is_display_of(text: str, value: str | None) -> bool:
    """Whether a text is how a page writes a figure: rounded to the decimals that it has."""
    written = re.fullmatch(r"[▲▼]?([+−]?)(\d+(?:\.(\d+))?)(%?)(?:[A-Z]+|\(.*\))?", re.sub(r"\s", "", text))
    if written is None or value is None:
        return False
    sign, digits, decimals, percent = written.groups()
    shown = Decimal(digits) * (-1 if sign == "−" else 1)
    exact = Decimal(value) * (100 if percent else 1)
    # Shares are divided to six digits before they are rounded for the eye.
    slack = Decimal("0.5001") if not percent else Decimal("0.51")
    return abs(shown - exact) <= slack * Decimal(1).scaleb(-len(decimals or ""))


def is_true(client: Client, pressed: Pressed) -> bool:
    """Whether the text follows; what cannot have moved on is asserted."""
    given = pressed.explanation
    if pressed.is_live:
        events = behind(client, given)
        assert recomputed(given, events) == given.value
        return any(is_display_of(pressed.text, recomputed(each, events)) for each in as_drawn(pressed))
    as_of = pressed.as_of or (None if given.journal_position == "0" else given.journal_position)
    told = whole(client, given.of, as_of)
    assert (told.value, told.formula, told.inputs) == (given.value, given.formula, given.inputs)
    assert recomputed(told, behind(client, told)) == given.value
    return is_display_of(pressed.text, given.value)


def prove(page: Page, client: Client, place: Place, number: int) -> Pressed:
    """Press the figure until it is the one that is explained; leaves its panel open."""
    told = ""
    for _ in range(ATTEMPTS):
        pressed = press(page, figures(page).nth(number), place.as_of)
        told = f"{place.name} as of {place.as_of}: {pressed.text!r} for {pressed.explanation}"
        if is_true(client, pressed):
            if not pressed.is_live:
                expect(page.get_by_role("dialog")).to_contain_text("agrees with what the page showed")
            return pressed
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    raise AssertionError(told)


def one_of_each(
    chance: random.Random,
    groups: dict[tuple[str, str], list[tuple[Place, int]]],
    there: list[tuple[Place, int]],
) -> list[tuple[Place, int]]:
    """A figure of every kind, and others up to FIGURES, as they follow on the pages."""
    chosen = [chance.choice(groups[kind]) for kind in sorted(groups)]
    others = [each for each in there if each not in chosen]
    chosen += chance.sample(others, FIGURES - len(chosen))
    return sorted(chosen, key=there.index)


def test_fifty_figures_follow_from_what_their_explanations_show(book: Page, client: Client) -> None:
    head = int(client.get("/v1/journal/head")["position"])
    moments = [None, str(head * 2 // 3)]
    there: list[tuple[Place, int]] = []
    groups: dict[tuple[str, str], list[tuple[Place, int]]] = {}
    for as_of in moments:
        travel(book, as_of)
        for place in places(as_of):
            place.open(book)
            for number, of in enumerate(figures(book).evaluate_all(NAMES)):
                there.append((place, number))
                name = parse_figure(of)
                groups.setdefault((name.kind, name.figure), []).append((place, number))
    print(f"seed {SEED}, {len(there)} figures of {len(groups)} kinds in the pages")
    chosen = one_of_each(random.Random(SEED), groups, there)
    kinds, followed, now_at = set(), 0, moments[-1]
    for index, (place, number) in enumerate(chosen):
        if place.as_of != now_at:
            travel(book, place.as_of)
            now_at = place.as_of
        if index == 0 or chosen[index - 1][0] != place:
            place.open(book)
        pressed = prove(book, client, place, number)
        kinds.add((pressed.explanation.of.split(":")[0], place.as_of is None))
        is_last = index + 1 == len(chosen) or chosen[index + 1][0] != place
        if is_last and follow_an_event(book, pressed.explanation):
            followed += 1
            continue
        book.keyboard.press("Escape")
        expect(book.get_by_role("dialog")).to_have_count(0)
    assert {kind for kind, _ in kinds} == set(FIGURES_BY_KIND)
    assert {is_now for _, is_now in kinds} == {True, False}
    assert followed >= len(TABS)


def grouped(decimal: str) -> str:
    """As pages write figures: thousands apart, a minus that is one."""
    whole_part, _, fraction = decimal.partition(".")
    spaced = f"{abs(int(whole_part)):,}".replace(",", "\u2009") + (f".{fraction}" if fraction else "")
    return f"−{spaced}" if decimal.startswith("-") else spaced
