-- The market's history: a record of what others said, not a view. Partitioned by time, so that old parts go at once.
create schema market;

create table market.trades (
    instrument_id text not null,
    at timestamptz not null,
    run_id text not null,
    sequence bigint not null,
    trade_id text not null,
    price numeric not null,
    quantity numeric not null,
    aggressor text not null,
    primary key (instrument_id, at, run_id, sequence)
) partition by range (at);

create table market.candles_1m (
    instrument_id text not null,
    start timestamptz not null,
    open numeric not null,
    high numeric not null,
    low numeric not null,
    close numeric not null,
    volume numeric not null,
    trade_count bigint not null,
    primary key (instrument_id, start)
) partition by range (start);

-- Make the partition that covers a time, unless it is there: days for trades, months for candles.
create function market.ensure_partition(parent text, step text, at timestamptz) returns void
    language plpgsql as $$
declare
    utc timestamp := at at time zone 'UTC';
    begins timestamp := date_trunc(step, utc);
    ends timestamp := begins + ('1 ' || step)::interval;
    name text := parent || to_char(begins, case step when 'day' then '_YYYYMMDD' else '_YYYYMM' end);
begin
    if to_regclass('market.' || quote_ident(name)) is null then
        execute format(
            'create table if not exists market.%I partition of market.%I for values from (%L) to (%L)',
            name, parent, begins at time zone 'UTC', ends at time zone 'UTC');
    end if;
end $$;

-- Drop the partitions of a table that end at or before a time; answers how many went.
create function market.drop_before(parent text, before timestamptz) returns integer
    language plpgsql as $$
declare
    part record;
    dropped integer := 0;
begin
    for part in
        select c.oid::regclass as name,
               (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz as ends
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = ('market.' || quote_ident(parent))::regclass
    loop
        if part.ends <= before then
            execute format('drop table %s', part.name);
            dropped := dropped + 1;
        end if;
    end loop;
    return dropped;
end $$;
