import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, KeyRound, Link2, UserCog, UserMinus } from "lucide-react";
import { useState } from "react";

import { answered, api, done } from "../../api/client";
import { useMay, useMe } from "../../api/me";
import { Button } from "../../design/controls";
import { IconButton } from "../../design/icon-button";
import { Menu, MenuItem } from "../../design/menu";
import { Panel } from "../../design/panel";
import { useTimes } from "../../design/times";
import { tell } from "../../state/toasts";
import { Confirm } from "./confirm";
import { Invite } from "./invite";
import { LinkToHandOver } from "./link-to-hand-over";
import { Loaded } from "./loaded";
import { MemberTerms } from "./member-terms";
import { NeedsScope } from "./needs-scope";
import { type Member, type OneTimeLink, useMembers } from "./queries";
import { mayDealWith, roles } from "./words";

type Doing = "change" | "reset" | "renew" | "remove";

const called = (member: Member) => member.name ?? member.email ?? "this member";

/** Who takes part, as what. */
export function Members() {
  const mayAdminister = useMay("admin");
  const [isInviting, setInviting] = useState(false);
  return (
    <>
      <Panel
        title="Members"
        aside={
          mayAdminister && (
            <Button
              size="small"
              onClick={() => {
                setInviting(true);
              }}
            >
              Invite
            </Button>
          )
        }
      >
        {mayAdminister ? <All /> : <NeedsScope scope="admin" what="Members and roles" />}
      </Panel>
      <Panel title="What the roles are">
        <dl className="grid gap-x-6 gap-y-2 p-4 text-sm sm:grid-cols-[140px_1fr]">
          {Object.entries(roles).map(([role, { title, note }]) => (
            <div key={role} className="contents">
              <dt className="font-medium">{title}</dt>
              <dd className="text-muted max-sm:mb-1">{note}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      {isInviting && (
        <Invite
          onClose={() => {
            setInviting(false);
          }}
        />
      )}
    </>
  );
}

function All() {
  const members = useMembers();
  const [doing, setDoing] = useState<{ member: Member; what: Doing } | null>(null);
  return (
    <>
      <Loaded query={members}>
        {(all) => (
          <ul className="divide-y divide-line">
            {all.map((member) => (
              <Line
                key={member.id}
                member={member}
                onDo={(what) => {
                  setDoing({ member, what });
                }}
              />
            ))}
          </ul>
        )}
      </Loaded>
      {doing && (
        <Done
          {...doing}
          onClose={() => {
            setDoing(null);
          }}
        />
      )}
    </>
  );
}

function Line({ member, onDo }: { member: Member; onDo: (what: Doing) => void }) {
  const times = useTimes();
  const me = useMe().data;
  const isMe = me?.user_id === member.id;
  const isInvited = member.status === "invited";
  return (
    <li className="flex min-h-14 items-center gap-4 px-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium wrap-anywhere">{member.name ?? member.email ?? "Erased"}</span>
          {isMe && <span className="rounded-full border border-accent px-1.5 text-xs text-accent">you</span>}
          {isInvited && (
            <span className="rounded-full border border-attention/60 px-1.5 text-xs text-attention">
              invited
            </span>
          )}
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          {member.name && member.email ? `${member.email} · ` : ""}
          {isInvited ? "invited" : "since"} {times.date(member.since)}
        </p>
      </div>
      <p className="text-sm text-muted">{roles[member.role].title}</p>
      {me && mayDealWith(me.role, member.role) ? (
        <Menu trigger={<IconButton label={`What to do with ${called(member)}`} icon={<Ellipsis />} />}>
          <Choices isInvited={isInvited} onDo={onDo} />
        </Menu>
      ) : (
        <span aria-hidden className="size-8 touch:size-10" />
      )}
    </li>
  );
}

function Choices({ isInvited, onDo }: { isInvited: boolean; onDo: (what: Doing) => void }) {
  const choose = (what: Doing) => () => {
    onDo(what);
  };
  return (
    <>
      <MenuItem icon={<UserCog />} onChoose={choose("change")}>
        Change role or parties
      </MenuItem>
      {isInvited ? (
        <MenuItem icon={<Link2 />} onChoose={choose("renew")}>
          New invitation link
        </MenuItem>
      ) : (
        <MenuItem icon={<KeyRound />} onChoose={choose("reset")}>
          Link for a new password
        </MenuItem>
      )}
      <MenuItem icon={<UserMinus />} onChoose={choose("remove")}>
        {isInvited ? "Withdraw the invitation" : "Remove"}
      </MenuItem>
    </>
  );
}

function Done({ member, what, onClose }: { member: Member; what: Doing; onClose: () => void }) {
  switch (what) {
    case "change":
      return <MemberTerms member={member} onClose={onClose} />;
    case "reset":
      return <Reset member={member} onClose={onClose} />;
    case "renew":
      return <Invite again={member} onClose={onClose} />;
    case "remove":
      return <Remove member={member} onClose={onClose} />;
  }
}

function Reset({ member, onClose }: { member: Member; onClose: () => void }) {
  const [link, setLink] = useState<OneTimeLink | null>(null);
  if (link) return <LinkToHandOver link={link} to={called(member)} onClose={onClose} />;
  return (
    <Confirm
      title={`A new password for ${called(member)}?`}
      button="Make the link"
      tone="accent"
      act={() =>
        answered(
          api.POST("/v1/members/{user_id}/password-reset", { params: { path: { user_id: member.id } } }),
        )
      }
      onDone={setLink}
      onClose={onClose}
    >
      It makes a link that works once. The old password is good until somebody opens it and chooses another;
      then every session of theirs ends.
    </Confirm>
  );
}

function Remove({ member, onClose }: { member: Member; onClose: () => void }) {
  const queries = useQueryClient();
  return (
    <Confirm
      title={`Remove ${called(member)}?`}
      word={member.email ?? "remove"}
      button="Remove"
      act={async () => {
        await done(api.DELETE("/v1/members/{user_id}", { params: { path: { user_id: member.id } } }));
        tell({ tone: "quiet", title: `${called(member)} is no longer a member` });
        await Promise.all(["members", "keys"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      }}
      onClose={onClose}
    >
      Their sessions, API keys and links end at once. Their accounts, orders and everything they did stay in
      the book.
    </Confirm>
  );
}
