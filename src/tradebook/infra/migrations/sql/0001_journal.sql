-- The event store: one gapless, hash-chained order of everything that happened.
--
-- Everything that must be unique over the whole journal (stream versions, command ids) stands in small
-- unpartitioned tables, because a unique constraint on a partitioned table has to contain its partition key.
-- Writers queue on the one row of journal.head; that lock is what makes positions gapless and visible in order.

create schema journal;

create table journal.head (
    singleton boolean primary key default true check (singleton),
    position bigint not null,
    hash bytea not null,
    recorded_at timestamptz,
    partitioned_until bigint not null
) with (fillfactor = 10);  -- updated by every commit: room for heap-only updates

create table journal.streams (
    stream text collate "C" primary key,
    version bigint not null
) with (fillfactor = 70);

create table journal.commands (
    command_id uuid primary key,
    first_position bigint not null,
    last_position bigint not null,
    version bigint not null
);

create table journal.events (
    position bigint not null,
    recorded_at timestamptz not null,
    stream text collate "C" not null,
    version bigint not null,
    type text collate "C" not null,
    schema smallint not null,
    data text not null,
    metadata text not null,
    leaf bytea not null,
    hash bytea not null,
    primary key (position)
) partition by range (position);

create index events_of_stream on journal.events (stream, version);

create table journal.snapshots (
    stream text collate "C",
    schema int,
    version bigint not null,
    position bigint not null,
    data bytea not null,
    primary key (stream, schema)
);

-- How far every reader that keeps its place has come: projections and process managers.
create table journal.consumers (
    name text primary key,
    version int not null,
    position bigint not null,
    state text not null default 'running' check (state in ('running', 'parked')),
    error text not null default '',
    updated_at timestamptz not null default now()
) with (fillfactor = 50);

create table journal.checkpoints (
    size bigint primary key,
    text text not null,
    signature text not null
);

-- Roots of complete subtrees of the Merkle tree over the chain: node (level, index) covers the leaves
-- index * 2^level up to (index + 1) * 2^level.
create table journal.merkle_nodes (
    level smallint not null,
    index bigint not null,
    hash bytea not null,
    primary key (level, index)
);

-- Keys of personal data. Deleting a row makes every ciphertext under it unreadable for good.
create table journal.party_keys (
    party_id text primary key,
    key bytea not null,
    created_at timestamptz not null default now()
);

create function journal.partition_size() returns bigint
    language sql immutable
    return 5000000;

-- Creates partitions until there is room for positions up to `needed`. Attaching instead of creating in
-- place leaves readers alone; the lock on the head keeps two callers apart.
create function journal.create_partitions(needed bigint) returns void
    language plpgsql
as $$
declare
    border bigint;
    partition text;
begin
    select partitioned_until into border from journal.head for update;
    while border < needed loop
        partition := format('events_%s', border + 1);
        execute format('create table journal.%I (like journal.events including all, check (position > %s and position <= %s))',
                       partition, border, border + journal.partition_size());
        execute format('alter table journal.events attach partition journal.%I for values from (%s) to (%s)',
                       partition, border + 1, border + journal.partition_size() + 1);
        border := border + journal.partition_size();
    end loop;
    update journal.head set partitioned_until = border where partitioned_until < border;
end
$$;

-- Maintenance: keeps half a partition of room in front of the head.
create function journal.create_partitions_ahead() returns void
    language sql
begin atomic
    select journal.create_partitions(position + journal.partition_size() / 2) from journal.head
        where partitioned_until < position + journal.partition_size() / 2;
end;

-- Claims the versions and command ids of a batch in which nobody loses. When somebody does it says false, or
-- fails with unique_violation: plain inserts, for `on conflict` would cost every batch what only losers need.
create function journal.claim(
    base bigint, streams text[], expected_versions bigint[], counts int[], command_ids uuid[])
    returns boolean
    language plpgsql
    -- Plans are kept while the tables grow from nothing: only index look-ups stay right throughout.
    set enable_seqscan = off
    set enable_hashjoin = off
    set enable_mergejoin = off
as $$
declare
    unclaimed bigint;
begin
    with chain as materialized (
        select stream, min(expected) as first, max(expected + count) as last, bool_and(follows) as unbroken
        from (select a.stream, a.expected, a.count,
                     a.expected = lag(a.expected + a.count, 1, a.expected)
                                      over (partition by a.stream order by a.n) as follows
              from unnest(streams, expected_versions, counts) with ordinality a(stream, expected, count, n)) a
        group by stream
    ), continued as (
        update journal.streams s set version = c.last from chain c
            where s.stream = c.stream and s.version = c.first and c.unbroken
            returning 1
    ), opened as (
        insert into journal.streams
            select stream, last from chain where first = 0 and unbroken
            returning 1
    )
    select (select count(*) from chain) - (select count(*) from continued) - (select count(*) from opened)
        into unclaimed;

    insert into journal.commands (command_id, first_position, last_position, version)
        select a.command, base + a.total - a.count + 1, base + a.total, a.expected + a.count
        from (select *, sum(count) over (order by n) as total
              from unnest(command_ids, expected_versions, counts)
                       with ordinality u(command, expected, count, n)) a;
    return unclaimed = 0;
end
$$;

-- Which appends of a batch may be recorded: of each stream's, in order, those before the first that expects
-- another version or repeats a command, because whatever stands behind that one was decided on it.
create function journal.sift(streams text[], expected_versions bigint[], counts int[], command_ids uuid[])
    returns boolean[]
    language plpgsql
    set enable_seqscan = off
    set enable_hashjoin = off
    set enable_mergejoin = off
as $$
declare
    kept boolean[];
begin
    select array_agg(k.kept order by k.n) into kept
    from (
        select j.n, bool_and(j.fits and j.fresh) over (partition by j.stream order by j.n) as kept
        from (
            select a.n, a.stream,
                   c.command_id is null and row_number() over (partition by a.command order by a.n) = 1 as fresh,
                   a.expected = coalesce(lag(a.expected + a.count) over (partition by a.stream order by a.n),
                                         s.version, 0) as fits
            from unnest(streams, expected_versions, counts, command_ids)
                     with ordinality a(stream, expected, count, command, n)
            left join journal.streams s on s.stream = a.stream
            left join journal.commands c on c.command_id = a.command
        ) j
    ) k;
    return kept;
end
$$;

-- Records a batch of appends: the first four arrays have one element an append, the others one an event, in
-- the order of the appends. `base` is the position before the batch, `stamp` the time put on it; `lost` numbers
-- the appends that were left out, with the positions where the command id of each stands (nulls: it stands
-- nowhere, the stream's version had moved).
create function journal.append(
    append_streams text[], append_expected bigint[], append_counts int[], append_commands uuid[],
    streams text[], versions bigint[], types text[], schemas smallint[], data text[], metadata text[],
    leaves bytea[],
    out base bigint, out stamp timestamptz,
    out lost int[], out lost_first bigint[], out lost_last bigint[], out lost_version bigint[])
    language plpgsql
as $$
declare
    previous bytea;
    room bigint;
    kept boolean[];
    commands uuid[] := append_commands;
    place bigint;
    moment bytea;
    leaf bytea;
    hashes bytea[] := '{}';
begin
    select position, hash, greatest(clock_timestamp(), recorded_at), partitioned_until
        into base, previous, stamp, room
        from journal.head for update;
    place := base;

    begin
        if not journal.claim(base, append_streams, append_expected, append_counts, append_commands) then
            raise exception using errcode = 'TBLOS', message = 'an append of the batch loses';
        end if;
    exception when unique_violation or sqlstate 'TBLOS' then  -- takes back what was claimed
        kept := journal.sift(append_streams, append_expected, append_counts, append_commands);
        select coalesce(array_agg(e.stream order by e.n), '{}'), coalesce(array_agg(e.version order by e.n), '{}'),
               coalesce(array_agg(e.type order by e.n), '{}'), coalesce(array_agg(e.schema order by e.n), '{}'),
               coalesce(array_agg(e.datum order by e.n), '{}'), coalesce(array_agg(e.meta order by e.n), '{}'),
               coalesce(array_agg(e.hash order by e.n), '{}')
            into streams, versions, types, schemas, data, metadata, leaves
            from unnest(streams, versions, types, schemas, data, metadata, leaves)
                     with ordinality e(stream, version, type, schema, datum, meta, hash, n)
            join (select c.n, c.count, sum(c.count) over (order by c.n) as total
                  from unnest(append_counts) with ordinality c(count, n)) a
                on e.n > a.total - a.count and e.n <= a.total and kept[a.n];
        select coalesce(array_agg(a.stream order by a.n), '{}'), coalesce(array_agg(a.expected order by a.n), '{}'),
               coalesce(array_agg(a.count order by a.n), '{}'), coalesce(array_agg(a.command order by a.n), '{}')
            into append_streams, append_expected, append_counts, append_commands
            from unnest(append_streams, append_expected, append_counts, append_commands)
                     with ordinality a(stream, expected, count, command, n)
            where kept[a.n];
        perform journal.claim(base, append_streams, append_expected, append_counts, append_commands);
        select array_agg(k.n order by k.n), array_agg(c.first_position order by k.n),
               array_agg(c.last_position order by k.n), array_agg(c.version order by k.n)
            into lost, lost_first, lost_last, lost_version
            from unnest(kept, commands) with ordinality k(kept, command, n)
            left join journal.commands c on c.command_id = k.command
            where not k.kept;
    end;

    if cardinality(leaves) = 0 then
        return;
    end if;
    if base + cardinality(leaves) > room then
        perform journal.create_partitions(base + cardinality(leaves));
    end if;
    moment := int8send((extract(epoch from stamp) * 1000000)::bigint);
    foreach leaf in array leaves loop
        place := place + 1;
        previous := sha256(previous || int8send(place) || moment || leaf);
        hashes[place - base] := previous;
    end loop;
    insert into journal.events
        select base + e.n, stamp, e.stream, e.version, e.type, e.schema, e.datum, e.meta, e.leaf, e.hash
        from unnest(streams, versions, types, schemas, data, metadata, leaves, hashes)
                 with ordinality e(stream, version, type, schema, datum, meta, leaf, hash, n);
    update journal.head set position = place, hash = previous, recorded_at = stamp;
    perform pg_notify('journal', place::text);
end
$$;

insert into journal.head (position, hash, partitioned_until) values (0, decode(repeat('00', 32), 'hex'), 0);
select journal.create_partitions(1);
