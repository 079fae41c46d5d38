-- Up to when everything that happened on an account at its venue is recorded. Backed up, and no view: it says where to
-- ask on from after a restart; losing it loses no fact of the journal, only what others traded while nobody listened.
create table venues.cursors (
    account_id text primary key,
    cursor     text not null              -- times, and what the account had then, as JSON
);
