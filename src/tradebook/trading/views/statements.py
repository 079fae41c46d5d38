"""The questions to the views as SQL. Every list reads index ranges in its own order, whatever its filters."""

from __future__ import annotations

SELECT_PARTY = "select party_id from trading.accounts where account_id = $1"

SELECT_ACCOUNT = "select account_id, party_id, document from trading.accounts where account_id = $1"

SELECT_ORDER = """
select account_id, party_id, o.document from trading.orders o join trading.accounts using (account_id)
where order_id = $1
"""

SELECT_ORDER_DOCUMENT = "select document from trading.orders where order_id = $1"

SELECT_ACCOUNT_IDS = """
select account_id from trading.accounts
where ($1::text[] is null or party_id = any($1)) and ($2::text[] is null or account_id = any($2))
"""

SELECT_ACCOUNTS = """
select document, opened_position from trading.accounts
where opened_position < $1
  and ($2::text[] is null or party_id = any($2)) and ($3::text[] is null or account_id = any($3))
order by opened_position desc limit $4
"""

# One index range for every status and side (and account): each is read in order and cut to the page, then
# they merge. As a filter on a range, a rare side would be looked for among all orders of the other one.
SELECT_ORDERS = """
select o.document, o.created_at, o.placed_position
from unnest($1::text[]) wanted(status) cross join unnest($6::text[]) on_side(side) {each_account}
cross join lateral (
    select * from trading.orders o
    where o.status = wanted.status and o.side = on_side.side {conditions}
      and (o.created_at, o.placed_position) < ($2, $3) and o.created_at >= $4
    order by o.created_at desc, o.placed_position desc limit $5
) o
order by o.created_at desc, o.placed_position desc limit $5
"""

# As above with a bound of its own for the open ones and for the others, all as of one moment: an order that
# is closed meanwhile is neither missed nor shown twice.
SELECT_ORDERS_TO_WATCH = """
select document from (
    select o.document, o.created_at, o.placed_position, wanted.rows_max,
           row_number() over (
               partition by wanted.is_open order by o.created_at desc, o.placed_position desc
           ) as place
    from (
        select unnest($1::text[]), true, $3::bigint union all select unnest($2::text[]), false, $4::bigint
    ) wanted(status, is_open, rows_max)
    cross join unnest($5::text[]) on_side(side) {each_account}
    cross join lateral (
        select * from trading.orders o
        where o.status = wanted.status and o.side = on_side.side {conditions}
        order by o.created_at desc, o.placed_position desc limit wanted.rows_max
    ) o
) o
where place <= rows_max order by created_at desc, placed_position desc
"""

SELECT_FILLS = """
select f.position, f.account_id, f.order_id, f.fill_id, f.instrument, f.side,
       trim_scale(f.quantity)::text as quantity, trim_scale(f.price)::text as price,
       trim_scale(f.fee)::text as fee, f.fee_asset, f.liquidity, f.at,
       f.adopts, f.position_side, f.settle_asset, trim_scale(f.realised)::text as realised, f.closed_by_venue
from (select) once {each_account}
cross join lateral (
    select * from trading.fills f
    where f.position < $1 and f.at >= $2 and f.at < $3 {conditions}
    order by f.position desc limit $4
) f
order by f.position desc limit $4
"""

SELECT_BALANCES = """
select asset, available, held from trading.balances where account_id = $1 order by asset
"""

SELECT_POSITIONS = """
select instrument, quantity, cost, realised from trading.positions where account_id = $1 order by instrument
"""

SELECT_CONTRACTS = """
select instrument, position_side, settle_asset, quantity, cost, average_price, margin, realised
from trading.contract_positions where account_id = $1 order by instrument, position_side
"""

SELECT_LEDGER = """
select position, line, recorded_at, party_id, sub_ledger, ledger_account, asset,
       trim_scale(amount)::text as amount
from trading.ledger_postings
where account_id = $1 and (position, line) < ($2, $3) and position >= $4
order by position desc, line desc limit $5
"""

SELECT_PARTIES_OF_ACCOUNTS = "select account_id, party_id from trading.accounts"
