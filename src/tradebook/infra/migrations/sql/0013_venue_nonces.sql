-- Numbers that venues take once from each signer. The highest that was handed out is written before the request that
-- bears it leaves, so that none comes twice: whoever asks, whatever ends, whatever a clock does. The table is backed up
-- and is no view. Addresses of signers are public.
create schema venues;

create table venues.nonces (
    venue  text not null,
    signer text not null,
    last   bigint not null,
    primary key (venue, signer)
);
