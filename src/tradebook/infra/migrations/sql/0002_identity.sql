-- Secrets of identity, as hashes only. These tables are backed up and are no views: the journal names
-- what is in them by id and never holds a secret, so they cannot be rebuilt from it.
create schema identity;

create table identity.credentials (
    user_id       text primary key,
    email_digest  bytea not null unique,   -- SHA-256 of the address in lower case: finds the member, shows nothing
    password_hash text,                    -- argon2id; null until an invited member has joined
    changed_at    timestamptz not null
);

create table identity.api_key_secrets (
    key_id       text primary key,
    secret_hash  bytea not null,           -- SHA-256: the secret has 256 bits of its own
    last_used_at timestamptz               -- to the minute; not worth an event
);

create table identity.one_time_links (
    token_hash bytea primary key,
    purpose    text not null check (purpose in ('setup', 'join', 'password_reset')),
    user_id    text not null,              -- for whom; of a setup link: the owner to be
    expires_at timestamptz not null
);
create index on identity.one_time_links (user_id);

create table identity.sessions (
    session_id text primary key,
    user_id    text not null,
    expires_at timestamptz not null
);
create index on identity.sessions (user_id);

create table identity.refresh_tokens (
    token_hash bytea primary key,
    session_id text not null references identity.sessions on delete cascade,
    used_at    timestamptz                 -- a second use ends the session
);
create index on identity.refresh_tokens (session_id);

-- Sessions that ended while access tokens of theirs may still be running.
create table identity.ended_sessions (
    session_id text primary key,
    ended_at   timestamptz not null,
    forget_at  timestamptz not null        -- when the last of its access tokens has expired by itself
);
create index on identity.ended_sessions (ended_at);
