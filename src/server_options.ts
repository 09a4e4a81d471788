/** How the server is put together: its options that are plain data, and the parts that it can be given. */

import type { Carrier } from "./bytes/carrier.ts";
import type { BanList } from "./guard/ban_list.ts";
import type { TlsSource } from "./net/certificate_store.ts";
import type { Administration } from "./front_office/administration.ts";
import type { Questions } from "./front_office/questions.ts";
import type { PlainOptions } from "./options/plain_options.ts";
import type { DiskThreads } from "./storage/disk_threads.ts";
import type { QuickDisks } from "./storage/quick_disks.ts";
import type { Storage } from "./storage/storage.ts";
import { isHeard, levelOf } from "./telemetry/event_level.ts";
import { type EventName, nameOfEvent } from "./telemetry/event_name.ts";
import type { EventSink, ServerEvent } from "./telemetry/events.ts";
import type { User } from "./users/user.ts";
import type { UserStore } from "./users/user_store.ts";

/** How {@linkcode FtpServer} works. Everything but the accounts has a default. */
export interface FtpServerOptions extends Partial<PlainOptions>, SessionParts {
  /** Where accounts come from. */
  users: UserStore;
  /** Takes every event. */
  record?: EventSink;
  /**
   * The file that says what the homes of accounts with quotas hold; by default none, and such homes are
   * counted at each start.
   */
  quotaFile?: string;
  /** Has a say in logins, and in uploads where `asksUploads` says so; default nobody. */
  questions?: Questions;
  /** Does what administrators ask from the page; by default nobody does. */
  administer?: Administration;
  /** Who is banned, by the guard and by you; default nobody at first, and forgotten at the end. */
  bans?: BanList;
  /** Makes what answers about share links; default none. */
  links?: LinkPart;
  /** Serves the web page, where `webPort` says so; default nobody does. */
  web?: WebPart;
}

/** What serves the web page, which is loaded where it is wanted alone: `webPart` of `web/web_part.ts`. */
export interface WebPart {
  /** What it is for. */
  readonly serves: "web";
}

/** What makes the desk of share links, which is loaded where it is wanted alone: a `LinkDeskFactory`. */
export type LinkPart = (parts: never) => Disposable;

/** What sessions can be given besides plain data. */
export interface SessionParts {
  /** The certificate for FTP over TLS; default none, which leaves TLS out. */
  tls?: TlsSource;
  /** Which disks may be called without leaving the thread; default none. */
  quickDisks?: QuickDisks;
  /** The threads for files on mounts that may hang, which {@linkcode DiskStarter} starts; default none. */
  diskThreads?: DiskThreads;
  /** Moves large files beside the thread; default nobody does. */
  carrier?: Carrier;
  /** Opens the storage behind an account; by default its home on the local disk. */
  openStorage?: (user: User) => Storage;
  /** Counts what happens, for metrics; default nobody does. */
  measuring?: Measuring;
}

/** Counts what the parts of one thread do. */
export interface Measuring {
  /** The same part with what counts around it; the part itself where nothing of it is counted. */
  around<Part extends object>(part: Part): Part;
}

/** Whether `record` is to get an event. */
export function isRecorded(
  event: ServerEvent,
  { recordFrom, recordTransfers, recordEvents }: Pick<
    PlainOptions,
    "recordFrom" | "recordTransfers" | "recordEvents"
  >,
): boolean {
  return isHeard(levelOf(event), recordFrom) ||
    recordTransfers && event.kind === "transfer" && event.direction !== "listing" ||
    recordEvents.length > 0 && isNamed(event, recordEvents);
}

function isNamed(event: ServerEvent, names: readonly EventName[]): boolean {
  const name = nameOfEvent(event);
  return name !== undefined && names.includes(name);
}
