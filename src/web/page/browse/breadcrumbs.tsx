/** The way to the folder that is shown, each part a link. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { addressOf, type Base } from "../address.ts";
import { printable } from "../format.ts";
import { t } from "../i18n.ts";
import { Icon } from "../kit/icon.tsx";
import { openFolder } from "../router.ts";
import { BROWSE } from "../texts/browse.ts";
import { isPlainClick } from "./click.ts";

export function Breadcrumbs({ base, path }: { base: Base; path: string }): JSX.Element {
  const list = useRef<HTMLOListElement>(null);
  const parts = path.split("/").slice(1, -1);
  // On a narrow screen the end of the way is what matters.
  useLayoutEffect(() => {
    list.current!.scrollLeft = list.current!.scrollWidth;
  }, [path]);
  return (
    <nav class="crumbs" aria-label={t(BROWSE.path)}>
      <ol ref={list}>
        <Crumb base={base} path="/" isLast={parts.length === 0}>
          <Icon name="home" size={18} />
          <span class={parts.length === 0 ? "" : "visually-hidden"}>{t(BROWSE.home)}</span>
        </Crumb>
        {parts.map((part, at) => (
          <Crumb
            key={at}
            base={base}
            path={`/${parts.slice(0, at + 1).join("/")}/`}
            isLast={at === parts.length - 1}
          >
            {printable(part)}
          </Crumb>
        ))}
      </ol>
    </nav>
  );
}

function Crumb(
  { base, path, isLast, children }: {
    base: Base;
    path: string;
    isLast: boolean;
    children: JSX.Element | JSX.Element[] | string;
  },
): JSX.Element {
  return (
    <li>
      {path !== "/" && <Icon name="right" size={14} />}
      <a
        href={addressOf(path, base)}
        data-folder={path}
        aria-current={isLast ? "page" : undefined}
        onClick={(event) => {
          if (!isPlainClick(event)) return;
          event.preventDefault();
          openFolder(path);
        }}
      >
        {children}
      </a>
    </li>
  );
}
