/**
 * The sign-in dialog for a session that has ended while the page was open: what is under way goes on behind
 * it.
 */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { onSessionEnd, refusalOf } from "../api.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ask, Dialog } from "../kit/dialog.tsx";
import { TextField } from "../kit/field.tsx";
import { me } from "../me.ts";
import { COMMON } from "../texts/common.ts";
import { SIGN_IN } from "../../texts/sign_in.ts";
import { ApiError, refusalText } from "../api.ts";

/** One question for all requests that find the session ended. */
let asked: Promise<boolean> | undefined;

/** From now on, whoever finds the session ended asks the person. */
export function watchSession(): void {
  onSessionEnd(() => {
    asked ??= ask<boolean>((answer) => <SignInDialog answer={answer} />).finally(() => asked = undefined);
    return asked;
  });
}

function SignInDialog({ answer }: { answer: (isSignedIn: boolean) => void }): JSX.Element {
  const [user, setUser] = useState(me.value?.isAnonymous ? "" : me.value?.name ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const refusal = await signIn({ user, password, code });
    setBusy(false);
    setError(refusal);
    if (refusal === undefined) answer(true);
  };
  return (
    <Dialog title={t(SIGN_IN.again)} onClose={() => answer(false)}>
      <form class="form" onSubmit={submit}>
        <TextField label={t(SIGN_IN.user)} value={user} onText={setUser} autocomplete="username" required />
        <TextField
          label={t(SIGN_IN.password)}
          type="password"
          value={password}
          onText={setPassword}
          autocomplete="current-password"
          error={error}
          autofocus
          required
        />
        <TextField
          label={t(SIGN_IN.code)}
          hint={t(SIGN_IN.codeHint)}
          value={code}
          onText={setCode}
          autocomplete="one-time-code"
          inputMode="numeric"
        />
        <div class="dialog-foot">
          <Button onClick={() => answer(false)}>{t(COMMON.cancel)}</Button>
          <Button kind="primary" type="submit" disabled={isBusy}>{t(COMMON.signIn)}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Signs in; returns what went wrong. */
async function signIn(
  credentials: { user: string; password: string; code: string },
): Promise<string | undefined> {
  try {
    const answer = await fetch("/~/sign-in", {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ ...credentials, to: "/~/api/me" }),
    });
    if (answer.ok) return undefined;
    if (answer.status === 401 || answer.status === 403) return t(SIGN_IN.refused);
    return refusalText(await refusalOf(answer));
  } catch (cause) {
    return refusalText(new ApiError("network", 0, "The server does not answer", { cause }));
  }
}
