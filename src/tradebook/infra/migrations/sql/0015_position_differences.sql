-- A difference can be of a position in a contract, too.
alter table trading.differences rename column asset to subject;  -- the asset or the position; else null
