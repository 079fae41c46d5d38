-- What people do with a running book from its page: end a session, rebuild a view.

alter table identity.sessions
    add column created_at   timestamptz,
    add column last_used_at timestamptz;  -- when tokens of it were last issued: to a quarter of an hour
update identity.sessions
    set created_at = expires_at - interval '30 days', last_used_at = expires_at - interval '30 days';
alter table identity.sessions
    alter column created_at set not null,
    alter column last_used_at set not null;

create table journal.rebuild_requests (
    name           text primary key,
    requested_at   timestamptz not null default now(),
    requested_by   text not null,
    until_position bigint
);

comment on table journal.rebuild_requests is
    'Views that are to be emptied and replayed, from the wish until the view has caught up again.';
comment on column journal.rebuild_requests.until_position is
    'Where the journal stood when the view was emptied, in the same transaction; null until then.';
