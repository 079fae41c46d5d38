-- What somebody signed in with, as it named itself: gone with the session, so it stands in no event.
alter table identity.sessions add column user_agent text not null default '';
