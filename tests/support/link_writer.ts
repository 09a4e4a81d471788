/** A program that uses up a share link visit by visit, and tells of each that is in the file. */

import { LinkBook } from "../../src/links/link_book.ts";

const [path, id] = Deno.args;
const book = await LinkBook.open({
  path: path!,
  onProblem: (message) => {
    throw new Error(message);
  },
});
for (let used = 1; await book.use(id!); used++) await Deno.stdout.write(new Uint8Array([used & 255]));
