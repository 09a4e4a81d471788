/** `account-add`, `account-set` and the like: the accounts file, changed as the commands of `user` do it. */

import { removeAccount, setEnabled, setKeys, setPassword } from "../../accounts/account_edits.ts";
import { AccountError } from "../../accounts/account_error.ts";
import { addAccount } from "../../accounts/new_account.ts";
import { generatePassword } from "../../users/password.ts";
import { editing } from "../account_problems.ts";
import type { ControlAction } from "../action.ts";
import { flagParam, onlyParams, textParam, textsParam } from "../params.ts";
import { ControlError, type Params } from "../protocol.ts";

/** What was made. */
export interface AddedAccountFacts {
  readonly name: string;
  /** Its keys, but for the password. */
  readonly keys: Readonly<Record<string, string>>;
  /** The home that was made; null where it was there. */
  readonly madeHome: string | null;
  /** The password, where it was generated: it is told once. */
  readonly password?: string;
}

/**
 * `name`; `keys`: its keys but for the password, as the accounts file has them; `password`, or left out for a
 * generated one; `makeHome`: whether a home that is not there is made.
 */
export const accountAdd: ControlAction = {
  name: "account-add",
  about: withKeys,
  async run(params, { edits }): Promise<AddedAccountFacts> {
    onlyParams(params, ["name", "keys", "password", "makeHome"]);
    const name = textParam(params, "name");
    const values = new Map([...textsParam(params, "keys")].filter(([, value]) => value.trim() !== ""));
    const isMade = flagParam(params, "makeHome");
    const given = passwordParam(params);
    const added = await editing(() =>
      addAccount(edits, {
        name,
        values,
        askHome: () => Promise.reject(new AccountError(`Cannot add ${name}: keys lacks its home`, "usage")),
        checkMissingHome(home) {
          if (isMade) return;
          throw new AccountError(`Cannot add ${name}: its home ${home} is not there, makeHome makes it`);
        },
        askPassword: () => given ?? generatePassword(),
      })
    );
    return {
      name,
      keys: Object.fromEntries(added.values),
      madeHome: added.made ?? null,
      ...given === undefined && { password: added.password },
    };
  },
};

/** Which keys are others now. */
export interface AccountSetResult {
  readonly changed: readonly string[];
}

/** `name`; `keys`: other values, of which an empty one removes the key. */
export const accountSet: ControlAction = {
  name: "account-set",
  about: withKeys,
  async run(params, { edits }): Promise<AccountSetResult> {
    onlyParams(params, ["name", "keys"]);
    const name = textParam(params, "name");
    const keys = textsParam(params, "keys");
    if (keys.size === 0) throw new ControlError("usage", `Cannot change ${name}: keys names none`);
    const changes = new Map(Array.from(keys, ([key, value]) => [key, value.trim() || undefined]));
    await editing(() => setKeys(edits, name, changes));
    return { changed: [...changes.keys()] };
  },
};

/** The password, where it was generated: it is told once. */
export interface AccountPasswordResult {
  readonly password?: string;
}

/** `name`; `password`, or left out for a generated one. */
export const accountPassword: ControlAction = {
  name: "account-password",
  about: nameOf,
  async run(params, { edits }): Promise<AccountPasswordResult> {
    onlyParams(params, ["name", "password"]);
    const name = textParam(params, "name");
    const given = passwordParam(params);
    const { password } = await editing(() => setPassword(edits, name, () => given ?? generatePassword()));
    return given === undefined ? { password } : {};
  },
};

/** Whether it was so already. */
export interface AccountStateResult {
  readonly wasSo: boolean;
}

/** `name`. */
export const accountEnable: ControlAction = stateAction("account-enable", { isWanted: true });

/** `name`. */
export const accountDisable: ControlAction = stateAction("account-disable", { isWanted: false });

function stateAction(name: string, state: { readonly isWanted: boolean }): ControlAction {
  return {
    name,
    about: nameOf,
    async run(params, { edits }): Promise<AccountStateResult> {
      onlyParams(params, ["name"]);
      const account = textParam(params, "name");
      return await editing(() => setEnabled(edits, account, state));
    },
  };
}

/** What stays on the disk. */
export interface AccountRemovedResult {
  /** Null where it had none. */
  readonly home: string | null;
}

/** `name`. Its files stay. */
export const accountRemove: ControlAction = {
  name: "account-remove",
  about: nameOf,
  async run(params, { edits }): Promise<AccountRemovedResult> {
    onlyParams(params, ["name"]);
    const name = textParam(params, "name");
    return await editing(() => removeAccount(edits, name));
  },
};

function passwordParam(params: Params): string | undefined {
  return params.password === undefined ? undefined : textParam(params, "password");
}

function nameOf({ name }: Params): string {
  return String(name);
}

function withKeys({ name, keys }: Params): string {
  const names = typeof keys === "object" && keys !== null ? Object.keys(keys) : [];
  return names.length === 0 ? String(name) : `${name}: ${names.join(", ")}`;
}
