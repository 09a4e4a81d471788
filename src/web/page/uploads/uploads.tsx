/** The uploads in the page: nothing until there are some, then the panel and its questions. */

import type { JSX } from "preact";
import { lazy } from "../kit/lazy.tsx";
import { changes, finding, queue } from "./kept_queue.ts";

const UploadPanel = lazy(() => import("../parts.ts").then(({ UploadPanel }) => UploadPanel));
const UploadQuestions = lazy(() => import("../parts.ts").then(({ UploadQuestions }) => UploadQuestions));

export function Uploads(): JSX.Element | null {
  changes.value;
  if (queue.items.size === 0 && finding.value === undefined) return null;
  return (
    <>
      <UploadPanel />
      <UploadQuestions />
    </>
  );
}
