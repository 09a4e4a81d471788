/** The question before an upload: somebody besides the account's letters may have a say in it. */

import type { VirtualPath } from "../../protocol/pathname.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import type { WriteMode } from "../../storage/storage.ts";
import type { Job } from "../job.ts";
import type { Session } from "../session.ts";

/** What is asked about. */
export interface AskedUpload {
  /** The command, such as `STOR`. */
  readonly verb: string;
  readonly path: VirtualPath;
  /** What the upload does: who may not send is refused without a question. */
  readonly mode: WriteMode;
}

/**
 * Begins an upload, or first a job that asks: while that waits for its answer ABOR, STAT and QUIT are
 * answered, and nothing has been opened.
 */
export async function askBefore(
  session: Session,
  { verb, path, mode }: AskedUpload,
  begin: () => Promise<Reply | Job>,
): Promise<Reply | Job> {
  const { options: { asksUploads }, office } = session.services;
  if (!asksUploads) return await begin();
  await session.files.requireWrite(path, mode);
  session.requireData();
  const question = {
    session: session.label,
    verb,
    path: session.files.locate(path),
    clientPath: path,
  };
  return session.beginJob({
    status: () => `${verb} waits to hear whether it may begin`,
    run: async ({ signal }) => {
      const verdict = await office.mayUpload(question, signal);
      if (!verdict.allowed) throw new ReplyError(reply(verdict.isFinal ? 550 : 450, verdict.reason));
      return await begin();
    },
  });
}
