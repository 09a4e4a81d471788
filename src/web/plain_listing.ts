/**
 * A directory as plain HTML: for browsers without JavaScript, and for curl and wget. It needs no other file.
 */

import { formatBytes } from "../telemetry/byte_text.ts";
import { childOf, parentOf, ROOT, segmentsOf, type VirtualPath } from "../protocol/pathname.ts";
import type { LineBuffer } from "../protocol/line_buffer.ts";
import { inOrder, MOST_ORDERED } from "../storage/entry_order.ts";
import type { Entry } from "../storage/storage.ts";
import { wantsHtml } from "./accept.ts";
import { encodeSegment, hrefOf } from "./address.ts";
import { entrySource } from "./entry_text.ts";
import { escapeHtml } from "./html.ts";
import { sendListing } from "./send_listing.ts";
import type { WebCall } from "./web_call.ts";

/** By what a listing can be ordered: files among themselves and directories among themselves. */
const ORDERS = {
  name: (a: Entry, b: Entry) => (a.name < b.name ? -1 : 1),
  size: (a: Entry, b: Entry) => a.size - b.size,
  time: (a: Entry, b: Entry) => a.modifiedMs - b.modifiedMs,
} as const;

/** The name of an order. */
type Order = keyof typeof ORDERS;

const STYLE = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:1rem auto;` +
  `max-width:60rem;padding:0 1rem}h1{font-size:1.25rem;overflow-wrap:anywhere}table{border-collapse:collapse;` +
  `width:100%}th,td{padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}td:first-child{` +
  `overflow-wrap:anywhere;white-space:pre-wrap}.n{text-align:right;white-space:nowrap}time{white-space:nowrap}`;

/** How the page is asked for. */
interface View {
  readonly call: WebCall;
  /** Whether a person looks at it: then it has more links, which programs that follow all need not meet. */
  readonly isForPeople: boolean;
  readonly order: Order;
  readonly isDescending: boolean;
}

/** Answers it. `?sort=name|size|time` and `&order=asc|desc` choose the order. */
export async function listAsHtml(call: WebCall): Promise<Response> {
  const { session: { files }, path, url: { searchParams }, request } = call;
  const asked = searchParams.get("sort") ?? "name";
  const view: View = {
    call,
    isForPeople: wantsHtml(request),
    order: Object.hasOwn(ORDERS, asked) ? asked as Order : "name",
    isDescending: searchParams.get("order") === "desc",
  };
  const entries = inOrder(await files.list(path), compareBy(view));
  const counts = { files: 0, directories: 0 };
  const source = await entrySource({
    entries,
    head: (out) => putHead(out, view),
    put(out, entry): void {
      counts[entry.type === "directory" ? "directories" : "files"]++;
      putRow(out, entry, view);
    },
    tail: (out) => putTail(out, { ...counts, isTooMany: entries.isTooMany }),
  });
  return sendListing(call, source, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": await policy(),
  });
}

function compareBy({ order, isDescending }: View): (a: Entry, b: Entry) => number {
  const compare = ORDERS[order];
  return (a, b) => {
    if (a.type !== b.type && (a.type === "directory" || b.type === "directory")) {
      return a.type === "directory" ? -1 : 1;
    }
    const found = compare(a, b) || ORDERS.name(a, b);
    return isDescending ? -found : found;
  };
}

function putHead(out: LineBuffer, view: View): void {
  const { call: { path, base }, isForPeople } = view;
  const title = escapeHtml(path);
  out.text(
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n` +
      `<meta name="viewport" content="width=device-width, initial-scale=1">\n` +
      `<meta name="robots" content="noindex">\n<title>${title}</title>\n<style>${STYLE}</style>\n</head>\n` +
      `<body>\n<h1>${breadcrumbs(path, base, query(view))}</h1>\n`,
  );
  if (isForPeople) out.text(`<p><a href="?zip">All of it as a ZIP file</a></p>\n`);
  out.text(
    `<table>\n<thead>\n<tr><th scope="col">${columnHead("name", "Name", view)}</th>` +
      `<th scope="col" class="n">${columnHead("size", "Size", view)}</th>` +
      `<th scope="col">${columnHead("time", "Modified, UTC", view)}</th></tr>\n</thead>\n<tbody>\n`,
  );
  if (path === ROOT) return;
  const up = hrefOf(parentOf(path), { isDirectory: true, base });
  out.text(`<tr><td><a href="${escapeHtml(up + query(view))}">../</a></td><td></td><td></td></tr>\n`);
}

/** The way to the directory, each name of it a link. */
function breadcrumbs(path: VirtualPath, base: string, query: string): string {
  let place = ROOT;
  const names = segmentsOf(path).map((name) => {
    place = childOf(place, name);
    const href = hrefOf(place, { isDirectory: true, base }) + query;
    return `<a href="${escapeHtml(href)}">${escapeHtml(name)}</a>/`;
  });
  return `<a href="${escapeHtml(hrefOf(ROOT, { isDirectory: true, base }) + query)}">/</a>${names.join("")}`;
}

/** What keeps a browser at plain pages when it follows a link. */
function query({ isForPeople }: View): string {
  return isForPeople ? "?plain" : "";
}

function columnHead(order: Order, text: string, view: View): string {
  if (!view.isForPeople) return text;
  const isShown = view.order === order;
  const next = isShown && !view.isDescending ? "desc" : "asc";
  const mark = isShown ? (view.isDescending ? " ▼" : " ▲") : "";
  return `<a rel="nofollow" href="?plain&amp;sort=${order}&amp;order=${next}">${text}</a>${mark}`;
}

function putRow(out: LineBuffer, { name, type, size, modifiedMs }: Entry, view: View): void {
  const isDirectory = type === "directory";
  const shown = escapeHtml(name) + (isDirectory ? "/" : "");
  const href = isDirectory ? `${hrefIn(view, name)}/${query(view)}` : hrefIn(view, name);
  out.text(type === "other" ? `<tr><td>${shown}` : `<tr><td><a href="${href}">${shown}</a>`);
  out.text(type === "file" ? `</td><td class="n" title="${size} bytes">${formatBytes(size)}` : "</td><td>");
  out.text(`</td><td>${timeOf(modifiedMs)}</td></tr>\n`);
}

/** The address of a name in the directory; where it could be the program's own, it is written otherwise. */
function hrefIn({ call: { path, base } }: View, name: string): string {
  if (path !== ROOT) return encodeSegment(name);
  const href = hrefOf(childOf(path, name), { isDirectory: false, base });
  return href.slice(href.lastIndexOf("/") + 1);
}

function timeOf(modifiedMs: number): string {
  const time = new Date(modifiedMs);
  if (Number.isNaN(time.getTime())) return "";
  const text = time.toISOString();
  const second = text.slice(0, text.indexOf("."));
  return `<time datetime="${second}Z">${second.replace("T", " ")}</time>`;
}

function putTail(
  out: LineBuffer,
  { files, directories, isTooMany }: { files: number; directories: number; isTooMany: boolean },
): void {
  out.text(`</tbody>\n</table>\n<p>${counted(directories, "folder")}, ${counted(files, "file")}</p>\n`);
  if (isTooMany) {
    out.text(`<p>More than ${MOST_ORDERED} names stand in the order of the disk.</p>\n`);
  }
  out.text("</body>\n</html>\n");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

let policyText: Promise<string> | undefined;

/** The style stands in the page itself; its digest lets it in, and nothing else that could get there. */
function policy(): Promise<string> {
  return policyText ??= (async () => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
    const hash = new Uint8Array(digest).toBase64();
    return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  })();
}
