-- The web edge: answers kept for requests that carry an Idempotency-Key.

create schema web;

create table web.idempotent_answers (
    scope bytea primary key,
    request bytea not null,
    created_at timestamptz not null default now(),
    taken_until timestamptz not null,
    status smallint,
    answer bytea,
    check ((status is null) = (answer is null))
);

comment on table web.idempotent_answers is 'One row per caller and Idempotency-Key, for 24 hours.';
comment on column web.idempotent_answers.scope is 'SHA-256 of who asks and their key.';
comment on column web.idempotent_answers.request is 'SHA-256 of method, path, query and body.';
comment on column web.idempotent_answers.taken_until is 'Until then the request may still be under way.';
comment on column web.idempotent_answers.answer is
    'Headers and body, sealed under a key that only the same request yields.';

create index idempotent_answers_by_age on web.idempotent_answers (created_at);
