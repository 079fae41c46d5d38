-- The book as it stood: which position a time was, and states that folds into the past begin at.

-- The newest position recorded at or before a time; 0 for none. Times never decrease with the position, so a
-- search in halves finds it without an index of its own.
create function journal.position_at(moment timestamptz) returns bigint
    language plpgsql stable as $$
declare
    low bigint := 0;
    high bigint := (select position from journal.head);
    middle bigint;
begin
    while low < high loop
        middle := (low + high + 1) / 2;
        if (select recorded_at from journal.events where position = middle) <= moment then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end $$;

-- Deposits and withdrawals of an account, found without reading all that it traded.
create index postings_from_outside on trading.ledger_postings (account_id, position)
    where ledger_account = 'external';

create index equity_marks_by_time on trading.equity_marks (account_id, at, position);

-- States of a stream at intervals, so that no fold has to begin at its first event: one in a span of versions.
create table journal.kept_snapshots (
    stream text collate "C",
    schema int,
    span bigint,
    version bigint not null,
    position bigint not null,
    data bytea not null,
    primary key (stream, schema, span)
);

-- What each fill made of its position.
create table trading.position_history (
    account_id text not null,
    instrument text not null,
    position   bigint not null,
    quantity   numeric not null,
    cost       numeric not null,
    realised   numeric not null,
    primary key (account_id, instrument, position)
);
