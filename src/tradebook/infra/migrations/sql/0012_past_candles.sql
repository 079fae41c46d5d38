-- Candles as venues tell them of their own past, of every length that was asked for. Ours, made of the trades that
-- we saw, stay apart: a venue's may differ from them, and prices of the past are looked up in ours alone.
create table market.past_candles (
    instrument_id text not null,
    interval text not null,
    start timestamptz not null,
    open numeric not null,
    high numeric not null,
    low numeric not null,
    close numeric not null,
    volume numeric not null,
    trade_count bigint not null,
    primary key (instrument_id, interval, start)
);

-- What the venue was asked for: where no candle is within [since, until), it had none.
create table market.past_candle_ranges (
    instrument_id text not null,
    interval text not null,
    since timestamptz not null,
    until timestamptz not null,
    -- How far back somebody wants to look; the rest is still to be asked for.
    wanted_from timestamptz not null,
    -- The venue has nothing before since.
    is_whole boolean not null default false,
    primary key (instrument_id, interval),
    check (since <= until)
);
