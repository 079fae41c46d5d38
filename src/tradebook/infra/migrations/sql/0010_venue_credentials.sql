-- What opens accounts at venues, as ciphertext only. The table is backed up and is no view: the journal names what is
-- in it by id and never holds a secret, and the keys that the data keys are wrapped under lie outside the database.
create table identity.venue_credentials (
    credential_id text primary key,
    account_id    text not null unique,
    venue         text not null,
    key_id        text not null,           -- of the key-encryption key
    wrapped_key   bytea not null,          -- the data key, encrypted under that one
    sealed        bytea not null,          -- nonce and AES-256-GCM ciphertext, bound to the first three columns
    sealed_at     timestamptz not null
);
create index on identity.venue_credentials (key_id);
