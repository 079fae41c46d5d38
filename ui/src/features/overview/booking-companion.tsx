import { useMemo } from "react";

import { useAccount } from "../../api/accounts";
import { useMay } from "../../api/me";
import { type Command, useOffer } from "../../state/commands";
import { useMoment } from "../../state/moment";
import { Booking } from "./booking";
import { useBookingAsked } from "./booking-asked";

const ask = () => {
  useBookingAsked.setState({ isAsked: true });
};

/** Goes along on every page: paper money can be booked from all of them, by who may do it. */
export function BookingCompanion() {
  const account = useAccount();
  const isNow = useMoment((moment) => moment.asOf === null);
  const mayBook = useMay("manage") && isNow && account?.paper === true;
  const isAsked = useBookingAsked((state) => state.isAsked);
  useOffer(
    useMemo<Command[]>(
      () =>
        mayBook
          ? [
              {
                id: "book",
                title: "Deposit or withdraw",
                group: "Account",
                also: "withdrawal pay in out fund money",
                run: ask,
              },
            ]
          : [],
      [mayBook],
    ),
  );
  if (!mayBook) return null;
  return (
    <Booking
      key={account.account_id}
      account={account}
      isOpen={isAsked}
      onClose={() => {
        useBookingAsked.setState({ isAsked: false });
      }}
    />
  );
}
