import { create } from "zustand";

import { keepsWork } from "../../state/work";

/** Whether somebody is about to deposit or withdraw, on whatever page. */
export const useBookingAsked = create<{ isAsked: boolean }>(() => ({ isAsked: false }));

keepsWork(() => {
  useBookingAsked.setState({ isAsked: false });
});
