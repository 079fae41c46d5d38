-- Who may append: each process that takes the lease of the database begins an epoch, and what belongs to an
-- earlier one is refused. The epoch stands in the row that every append locks, so checking it costs nothing.

alter table journal.head add column epoch bigint not null default 0;

drop function journal.append(
    text[], bigint[], int[], uuid[], text[], bigint[], text[], smallint[], text[], text[], bytea[]);

-- Records a batch of appends: the first four arrays have one element an append, the others one an event, in
-- the order of the appends. `base` is the position before the batch, `stamp` the time put on it; `lost` numbers
-- the appends that were left out, with the positions where the command id of each stands (nulls: it stands
-- nowhere, the stream's version had moved). Where `append_epoch` is given and is not the journal's, nothing is recorded
-- (TBEPO): another process serves the database by now.
create function journal.append(
    append_streams text[], append_expected bigint[], append_counts int[], append_commands uuid[],
    streams text[], versions bigint[], types text[], schemas smallint[], data text[], metadata text[],
    leaves bytea[], append_epoch bigint default null,
    out base bigint, out stamp timestamptz,
    out lost int[], out lost_first bigint[], out lost_last bigint[], out lost_version bigint[])
    language plpgsql
as $$
declare
    previous bytea;
    room bigint;
    present_epoch bigint;
    kept boolean[];
    commands uuid[] := append_commands;
    place bigint;
    moment bytea;
    leaf bytea;
    hashes bytea[] := '{}';
begin
    select position, hash, greatest(clock_timestamp(), recorded_at), partitioned_until, epoch
        into base, previous, stamp, room, present_epoch
        from journal.head for update;
    if present_epoch <> append_epoch then
        raise exception using errcode = 'TBEPO', message = 'another process serves this database';
    end if;
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
