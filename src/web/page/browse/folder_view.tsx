/** The view of a folder: the way to it, what can be done, the list or why there is none, and a preview. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Base } from "../address.ts";
import { refusalText } from "../api.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { Message } from "../kit/message.tsx";
import { me } from "../me.ts";
import { Preview } from "../preview/preview.tsx";
import { openFolder } from "../router.ts";
import { signInAddress } from "../shell/sign_in_address.ts";
import { BROWSE } from "../texts/browse.ts";
import { COMMON } from "../texts/common.ts";
import { Breadcrumbs } from "./breadcrumbs.tsx";
import { EntryList } from "./entry_list.tsx";
import { FolderFoot } from "./folder_foot.tsx";
import { watchKeys } from "./keys.ts";
import { entries, folder, refreshFolder, showFolder, watchFolder } from "./listing.ts";
import { filter, shown } from "./order.ts";
import { Toolbar } from "./toolbar.tsx";

export function FolderView({ base, path }: { base: Base; path: string }): JSX.Element {
  useEffect(() => showFolder(base, path), [base, path]);
  useEffect(() => watchFolder(), []);
  useEffect(() => watchKeys(), []);
  useEffect(() => {
    document.title = `${path === "/" ? t(BROWSE.home) : path.split("/").at(-2)} · baseftp`;
  }, [path, t(BROWSE.home)]);
  const { isLoading } = folder.value;
  return (
    <div class="folder">
      <Breadcrumbs base={base} path={path} />
      <Toolbar />
      <section class={`panel ${isLoading ? "panel-loading" : ""}`} aria-busy={isLoading}>
        {isLoading && <div class="loading-line" />}
        <Content place={base + path} />
      </section>
      <FolderFoot />
      <Preview />
    </div>
  );
}

function Content({ place }: { place: string }): JSX.Element {
  const { base, path, listing, error } = folder.value;
  if (base + path !== place) return <Waiting />;
  if (error && !listing) return <Refused />;
  if (!listing) return <Waiting />;
  if (entries.value.length === 0) {
    return <Message icon="folder" title={t(BROWSE.emptyTitle)} text={t(BROWSE.emptyText)} />;
  }
  if (shown.value.length === 0) {
    return (
      <Message
        icon="search"
        title={t(BROWSE.noMatchTitle)}
        text={t(BROWSE.noMatchText, { filter: filter.value })}
      >
        <Button onClick={() => filter.value = ""}>{t(BROWSE.clearFilter)}</Button>
      </Message>
    );
  }
  return <EntryList place={place} />;
}

function Waiting(): JSX.Element {
  return <p class="visually-hidden" role="status">{t(COMMON.loading)}</p>;
}

/** Why the folder cannot be shown, and what to do. */
function Refused(): JSX.Element {
  const { error, path } = folder.value;
  const code = error!.code;
  const isDenied = code === "denied" || code === "sign-in";
  const [title, text] = code === "not-found" || code === "not-a-directory"
    ? [t(BROWSE.missingTitle), t(BROWSE.missingText)]
    : isDenied
    ? [t(BROWSE.deniedTitle), t(BROWSE.deniedText)]
    : [t(BROWSE.failedTitle), refusalText(error)];
  return (
    <Message icon="warning" title={title} text={text}>
      {!isDenied && <Button icon="refresh" onClick={() => void refreshFolder()}>{t(COMMON.tryAgain)}</Button>}
      {isDenied && (code === "sign-in" || (me.value?.isAnonymous ?? true)) && (
        <a class="button button-primary" href={signInAddress()}>{t(COMMON.signIn)}</a>
      )}
      {path !== "/" && <Button icon="home" onClick={() => openFolder("/")}>{t(BROWSE.toHome)}</Button>}
    </Message>
  );
}
