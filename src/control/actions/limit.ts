/** `limit`: how fast an account or a session may go from now on, whatever the accounts file says. */

import type { LimitTarget } from "../../limits/rate_limits.ts";
import type { ControlAction, ControlledServer } from "../action.ts";
import { flagParam, onlyParams, rateParam, textParam } from "../params.ts";
import { ControlError } from "../protocol.ts";
import { chosenSessions } from "../session_choice.ts";

/** What holds now. */
export interface LimitResult {
  readonly target: LimitTarget;
  /** Bytes per second; 0 for no limit, null where the accounts file's holds. */
  readonly maxUpload: number | null;
  readonly maxDownload: number | null;
}

/**
 * `target`: the name of an account or the number of a session; `maxUpload` and `maxDownload`: the limits, of
 * which one that is left out is not set; or `none`: what was set is taken back.
 */
export const limit: ControlAction = {
  name: "limit",
  about: ({ target, ...rates }) =>
    [target, ...Object.entries(rates).map(([name, value]) => `${name}=${value}`)].join(" "),
  async run(params, running): Promise<LimitResult> {
    onlyParams(params, ["target", "maxUpload", "maxDownload", "none"]);
    const upload = rateParam(params, "maxUpload");
    const download = rateParam(params, "maxDownload");
    const isNone = flagParam(params, "none");
    const isSet = upload !== undefined || download !== undefined;
    if (isSet === isNone) {
      throw new ControlError(
        "usage",
        "Cannot set a limit: name maxUpload, maxDownload or both, or else none",
      );
    }
    const target = await targetOf(running, textParam(params, "target"));
    running.sessions.limit({ target, rates: isNone ? undefined : { upload, download } });
    return { target, maxUpload: upload ?? null, maxDownload: download ?? null };
  },
};

/** An account may be limited that has no session, and one that the file has no more. */
async function targetOf({ sessions, accounts }: ControlledServer, word: string): Promise<LimitTarget> {
  const { views, isByNumber } = await chosenSessions(sessions, word);
  if (isByNumber) return { session: views[0]!.session.id };
  const isLimited = sessions.limits.some(({ target }) => "account" in target && target.account === word);
  const isAccount = accounts.includes(word) || views.some(({ session }) => session.user === word);
  if (isAccount || isLimited) return { account: word };
  throw new ControlError(
    "not-found",
    `Cannot limit ${JSON.stringify(word)}: it is neither an account nor the number of a session`,
  );
}
