-- What was traded on accounts at their venues before their books began: shown, booked nowhere.
create table trading.earlier_fills (
    position       bigint primary key,
    account_id     text not null,
    fill_id        text not null,
    venue_order_id text not null,
    instrument     text not null,
    side           text not null,
    quantity       numeric not null,
    price          numeric not null,
    fee            numeric not null,
    fee_asset      text not null,
    liquidity      text not null,
    position_side  text not null,
    at             timestamptz not null
);
create index earlier_fills_of_account on trading.earlier_fills (account_id, at, position);
