-- What is open in contracts, and what it has brought. A row stays when the position is closed.
create table trading.contract_positions (
    account_id    text not null,
    instrument    text not null,
    position_side text not null,          -- net, long or short
    settle_asset  text not null,          -- which all amounts are in
    quantity      numeric not null,       -- negative when short
    cost          numeric not null,       -- what it was opened for
    average_price numeric not null,       -- zero while it is flat
    margin        numeric not null,       -- what is set aside for it
    realised      numeric not null,       -- gained by what was closed, before fees
    last_position bigint not null,
    primary key (account_id, instrument, position_side)
);

create table trading.contract_position_history (
    account_id    text not null,
    instrument    text not null,
    position_side text not null,
    position      bigint not null,
    settle_asset  text not null,
    quantity      numeric not null,
    cost          numeric not null,
    average_price numeric not null,
    margin        numeric not null,
    realised      numeric not null,
    primary key (account_id, instrument, position_side, position)
);

-- How positions in an instrument are secured, from a position of the journal on.
create table trading.leverages (
    account_id text not null,
    instrument text not null,
    position   bigint not null,
    leverage   numeric not null,
    mode       text not null,             -- cross or isolated
    primary key (account_id, instrument, position)
);

-- What the sides of perpetuals paid each other.
create table trading.fundings (
    position    bigint primary key,
    account_id  text not null,
    instrument  text not null,
    funding_id  text not null,
    asset       text not null,
    amount      numeric not null,         -- received; negative: paid
    rate        numeric,
    at          timestamptz not null
);
create index fundings_of_account on trading.fundings (account_id, position);

-- A trade of a contract: of which position, and what it gained. One without an order of anybody's says why it was.
alter table trading.fills add column position_side text not null default 'net';
alter table trading.fills add column settle_asset text;
alter table trading.fills add column realised numeric;
alter table trading.fills add column closed_by_venue text;
