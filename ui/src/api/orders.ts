import type { Order } from "./types";

const over = new Set<Order["status"]>(["filled", "cancelled", "expired", "rejected", "denied"]);

/** Whether nothing more is expected of an order that stands like this. */
export const isOver = (status: Order["status"]) => over.has(status);

/** Whether the order works, waits, or may do so. */
export const isOpen = (order: Pick<Order, "status">) => !over.has(order.status);
