/** Addresses: from the target of a request to a place in a tree, and back. RFC 3986 §3.3, RFC 9112 §3.2. */

import { resolvePathname, ROOT, segmentsOf, type VirtualPath } from "../protocol/pathname.ts";
import { HttpError } from "./http_error.ts";

/** The first name of the program's own addresses, as it is written. */
const PROGRAM = "~";

/** A place in a tree. */
export interface TreeAddress {
  readonly path: VirtualPath;
  /** Whether the address ended with a slash. */
  readonly isDirectoryForm: boolean;
}

/**
 * The path of a request as it was sent, from the first slash to the question mark. What browsers would change
 * in it (`..`, `%2e`, `\`) is still there.
 *
 * @param url As the runtime gives it: scheme and host before the target.
 * @throws {HttpError} 400 where the target is none of an origin, such as `*`.
 */
export function rawPathOf(url: string): string {
  const [, rest] = /^[a-z]+:\/\/[^/?#\\]*(.*)$/s.exec(url) ?? [];
  const [path = ""] = (rest ?? "").split("?", 1);
  // No browser sends a fragment: a program that does has forgotten to encode a name.
  if (!path.startsWith("/") || path.includes("#")) {
    throw new HttpError({ status: 400, code: "bad-request", message: "The address is not a path" });
  }
  return path;
}

/** Whether the address is one of the program's own: `/~/…`. A directory of that name is written `/%7E/`. */
export function isProgramAddress(rawPath: string): boolean {
  return rawPath === `/${PROGRAM}` || rawPath.startsWith(`/${PROGRAM}/`);
}

/**
 * The place in a tree that a path as it was sent names.
 *
 * @throws {HttpError} 400 for what is no name, or leads up.
 */
export function treeAddressOf(rawPath: string): TreeAddress {
  const names = rawPath.split("/").map(nameOf);
  return {
    path: resolvePathname(ROOT, names.join("/")),
    isDirectoryForm: rawPath === "" || rawPath.endsWith("/"),
  };
}

/** One name as it is written in an address. */
function nameOf(segment: string): string {
  const name = decoded(segment);
  if (name === "." || name === "..") throw invalidName("it leads to another folder");
  if (name.includes("/")) throw invalidName("it has a slash in it");
  if (name.includes("\0")) throw invalidName("it has a NUL in it");
  return name;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidName("it is not written in UTF-8 with percent signs");
  }
}

function invalidName(why: string): HttpError {
  return new HttpError({ status: 400, code: "invalid-name", message: `This name is not allowed: ${why}` });
}

/** How a place is addressed. */
export interface HrefOptions {
  readonly isDirectory: boolean;
  /** What stands before the path: see `WebCall.base`. */
  readonly base?: string;
}

/** The address of a place: always one path, which begins with a single slash. */
export function hrefOf(path: VirtualPath, { isDirectory, base = "" }: HrefOptions): string {
  const segments = segmentsOf(path).map(encodeSegment);
  if (segments[0] === PROGRAM) segments[0] = "%7E";
  const end = isDirectory && segments.length > 0 ? "/" : "";
  return `${base}/${segments.join("/")}${end}`;
}

/** A name as a part of an address. */
export function encodeSegment(name: string): string {
  // A lone surrogate, which names from some disks have, has no encoding.
  return encodeURIComponent(name.toWellFormed());
}
