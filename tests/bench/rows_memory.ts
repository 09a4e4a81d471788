/**
 * The rows of memory, in the order in which they are measured, of servers that do nothing else: what it was
 * used for before would be counted too.
 */

import type { Row } from "./rows.ts";

/** All of them. Memory at the start is that of servers nobody has talked to. */
export const MEMORY_ROWS: readonly Row[] = [
  {
    id: "memory_start",
    run: "memory",
    title: () => "at start",
    unit: "MiB",
    target: { most: 74 },
  },
  {
    id: "memory_session",
    only: "ours",
    title: ({ clients, idle }) => `a session, between ${clients} and ${idle} of them`,
    unit: "KiB",
    target: { most: 14 },
  },
  {
    id: "memory_list_huge",
    needs: "huge",
    only: "ours",
    title: ({ huge }) => `more while LIST of ${huge} files goes on, at most`,
    unit: "MiB",
    target: { most: 16 },
  },
  {
    id: "memory_stor_many",
    crowd: "clients",
    only: "ours",
    title: ({ clients, part }) => `half way through ${clients} × STOR of ${part} MiB`,
    unit: "MiB",
    target: { most: 140 },
  },
  {
    id: "memory_end",
    only: "ours",
    title: () => "after all have left",
    unit: "MiB",
    target: { most: 90 },
  },
];
