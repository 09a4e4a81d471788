/** The start of a transfer: the mark, and the data connection that was prepared. RFC 959 §5.4. */

import type { Reply } from "../protocol/reply.ts";
import { type DataConnection, protectedData } from "./data_connection.ts";
import type { Session } from "./session.ts";
import { Transfer } from "./transfer.ts";
import { release, type TransferPlan } from "./transfer_plan.ts";

/** A transfer as a command wishes for it; its start adds the rest. */
export interface TransferWish extends
  Omit<
    TransferPlan,
    "data" | "traffic" | "heldMark" | "buffers" | "carrier" | "deadlines" | "stallTimeoutMs" | "giveUpMs"
  > {
  /** Whether all there is to send fits into what the system takes without waiting for the client. */
  readonly mayEndAtOnce?: boolean;
}

/**
 * Sends the mark and starts the transfer. RFC 959 §5.4: the mark comes before the connection is opened or
 * used. Where the client has connected already and all may be done in a moment, it goes out with the reply.
 */
export async function startTransfer(
  session: Session,
  mark: Reply,
  { mayEndAtOnce, ...plan }: TransferWish,
): Promise<Transfer> {
  const { control, services } = session;
  let data: DataConnection;
  try {
    data = protectedData(session.takeData(), session.security, services.options);
  } catch (error) {
    await release(plan.storage);
    throw error;
  }
  // What else the client has sent, ABOR perhaps, may have to be answered between the two.
  const isHeld = mayEndAtOnce && data.arrived !== undefined && !control.hasUnread;
  if (!isHeld) await control.send(mark);
  const { buffers, carrier, deadlines, transfers, options, office: { traffic } } = services;
  const { dataTimeoutMs: stallTimeoutMs, giveUpMs } = options;
  const heldMark = isHeld ? { reply: mark, send: () => control.send(mark) } : undefined;
  const transfer = new Transfer({
    ...plan,
    ...{ data, traffic, heldMark, buffers, carrier, deadlines, stallTimeoutMs, giveUpMs },
  });
  transfers.add(1);
  void transfer.done.then(() => transfers.add(-1));
  return transfer;
}
