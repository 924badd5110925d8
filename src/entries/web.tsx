import { h, hydrate, render } from 'preact';
import type { PageData } from '../view/page/page-data.ts';
import { handleActions } from '../web/browser/handle-actions.ts';
import { openNamedTask } from '../web/browser/open-named-task.ts';
import { subscribe } from '../web/browser/subscribe.ts';
import { Page } from '../web/page.tsx';
import { pageTitle } from '../web/page-title.ts';

/**
 * Keeps a page of the hub up to date in the browser. The page is complete without it: it takes over
 * what the server drew and draws it again after each event and, while a run is working, each second.
 */
const root = document.getElementById('content');
const source = document.getElementById('data');
if (root && source) start(root, JSON.parse(source.textContent ?? ''));

function start(content: HTMLElement, initial: PageData): void {
  let data = initial;
  let isDue = false;
  /** The clock of the server decides, since its times are shown. */
  const ahead = data.now - Date.now();
  hydrate(<Page data={data} />, content);
  document.documentElement.dataset.live = '';
  const draw = () => {
    isDue = false;
    data = { ...data, now: Date.now() + ahead };
    render(<Page data={data} />, content);
    document.title = pageTitle(data);
  };
  const drawSoon = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  };
  subscribe(data, (change) => {
    data = change(data);
    drawSoon();
  });
  keepClock(() => data, drawSoon);
  handleActions();
  openNamedTask();
}

/** Draws each second while a time is running, and not while nobody looks. */
function keepClock(current: () => PageData, draw: () => void): void {
  setInterval(() => {
    if (!document.hidden && isMoving(current())) draw();
  }, 1_000);
}

function isMoving(data: PageData): boolean {
  if (data.kind === 'triggers') return false;
  if (data.kind !== 'runs') return data.atWork && data.status.endedAt === null;
  return data.runs.some((row) => 'status' in row && row.atWork && row.endedAt === null);
}
