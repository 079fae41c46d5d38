-- What does not fit the book, and what people decided about it.
create table trading.differences (
    account_id      text not null,
    difference_id   text not null,        -- a function of what was found
    kind            text not null,
    asset           text,                 -- of a balance; else null
    detail          text not null,
    figures         text not null,        -- as found, as JSON
    found_position  bigint not null,
    found_at        timestamptz not null,
    status          text not null,        -- open, adopted, explained, superseded or settled
    closed_position bigint,               -- of the event by which it is open no more
    closed_at       timestamptz,
    decided_by      text,
    reason          text,
    last_position   bigint not null,
    primary key (account_id, difference_id)
);
create index differences_of_account on trading.differences (account_id, found_position);
create index open_differences on trading.differences (account_id, asset) where status = 'open';

-- A fill that fitted no order is shown until it is adopted; from then on the trade that it became.
alter table trading.fills add column adopts bigint;           -- where the fill stands that a person adopted
alter table trading.fills add column adopted_position bigint; -- where a person adopted it
create index unmatched_fills on trading.fills (account_id, fill_id) where order_id is null;

-- What was adopted of a balance is no profit either: it flows as deposits and withdrawals do.
drop index trading.postings_from_outside;
create index postings_from_outside on trading.ledger_postings (account_id, position)
    where ledger_account in ('external', 'differences');
