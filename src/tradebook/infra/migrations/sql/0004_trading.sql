-- Views of the trading room. Every table here is folded from the journal and can be dropped and replayed;
-- none holds a clock, a sequence or a default that a replay could not reproduce.

create schema trading;

create table trading.accounts (
    account_id      text primary key,
    party_id        text not null,
    opened_position bigint not null unique,
    document        text not null,        -- AccountDocument as JSON: what the API answers
    last_position   bigint not null
);
create index accounts_of_party on trading.accounts (party_id, opened_position);

create table trading.equity_marks (
    position    bigint primary key,
    account_id  text not null,
    at          timestamptz not null,
    day         date not null,
    day_open    numeric not null,
    equity      numeric not null,
    peak        numeric not null
);
create index equity_marks_of_account on trading.equity_marks (account_id, position);

create table trading.orders (
    order_id        text primary key,
    account_id      text not null,
    instrument      text not null,
    side            text not null,
    status          text not null,
    quantity        numeric not null,
    filled_quantity numeric not null,
    filled_value    numeric not null,     -- quantity × price of its fills, in the quote asset
    created_at      timestamptz not null, -- business time of placement
    placed_position bigint not null,      -- breaks ties of created_at
    document        text not null,        -- OrderDocument as JSON: what the API answers
    last_position   bigint not null
) with (fillfactor = 85);
-- A list reads one index range per status and side and merges them, so that every filter finds its page in
-- order. Only a change of status touches an index; room is left in the pages for the other updates.
create index orders_of_account on trading.orders (account_id, status, side, created_at, placed_position);
create index orders_of_instrument on trading.orders (instrument, status, side, created_at, placed_position);
create index orders_by_status on trading.orders (status, side, created_at, placed_position);

create table trading.fills (
    position    bigint primary key,
    recorded_at timestamptz not null,
    account_id  text not null,
    order_id    text,                     -- null when the venue's order is not one of ours
    fill_id     text not null,
    instrument  text not null,
    side        text not null,
    quantity    numeric not null,
    price       numeric not null,
    fee         numeric not null,
    fee_asset   text not null,
    liquidity   text,
    at          timestamptz not null
);
create index fills_of_account on trading.fills (account_id, position);
create index fills_of_instrument on trading.fills (instrument, position);
create index fills_of_order on trading.fills (order_id, position);

create table trading.positions (
    account_id    text not null,
    instrument    text not null,
    quantity      numeric not null,
    cost          numeric not null,       -- what the quantity held was bought for, in the quote asset
    realised      numeric not null,       -- profit and loss by average cost, without fees
    last_position bigint not null,
    primary key (account_id, instrument)
);

create table trading.ledger_owners (
    account_id text primary key,
    party_id   text not null
);

create table trading.ledger_postings (
    position       bigint not null,
    line           smallint not null,
    recorded_at    timestamptz not null,
    account_id     text not null,
    party_id       text not null,
    sub_ledger     text not null,
    ledger_account text not null,
    asset          text not null,
    amount         numeric not null,
    primary key (account_id, position, line)
);

create table trading.balances (
    account_id    text not null,
    asset         text not null,
    available     numeric not null,
    held          numeric not null,
    last_position bigint not null,
    primary key (account_id, asset)
);
