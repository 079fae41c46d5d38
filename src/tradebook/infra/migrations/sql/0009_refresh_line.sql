-- The tokens of a session stand in a line: each knows the one that it was given for, so that the one just before the
-- present one can be told from older ones.
alter table identity.refresh_tokens add column follows bytea;
create index on identity.refresh_tokens (follows);
