import type { PageData, RunRow, RunState } from '../../view/page/page-data.ts';
import { mergeRow, mergeRun, withoutRun } from '../merge-events.ts';

type Change = (data: PageData) => PageData;

/**
 * Follows the events that concern a page while it is visible: a browser opens few connections to
 * one server, and hidden pages would keep them. The stream of a run begins with its whole state, and
 * the list of runs is loaded again, so that nothing is missed in between.
 */
export function subscribe(data: PageData, apply: (change: Change) => void): void {
  let source: EventSource | null = null;
  let isFirst = true;
  const open = () => {
    if (source) return;
    source = new EventSource(addressOf(data));
    source.addEventListener('open', () => {
      show('');
      if (!isFirst && isList(data)) void reload(apply);
      isFirst = false;
    });
    source.addEventListener('error', () => show('connection lost, trying again'));
    source.addEventListener('hello', ({ data: text }) => {
      if (JSON.parse(text).version !== data.version) location.reload();
    });
    source.addEventListener('run', ({ data: text }) => {
      const event = JSON.parse(text) as RunRow & RunState;
      apply((page) => {
        if (page.kind === 'triggers') return page;
        return page.kind === 'runs' ? mergeRow(page, event) : mergeRun(page, event);
      });
    });
    source.addEventListener('triggers', () => {
      if (data.kind === 'triggers') void reload(apply);
    });
    source.addEventListener('removed', ({ data: text }) => {
      apply((page) => withoutRun(page, JSON.parse(text).run));
    });
  };
  const close = () => {
    source?.close();
    source = null;
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else open();
  });
  addEventListener('pagehide', close);
  open();
}

function isList({ kind }: PageData): boolean {
  return kind === 'runs' || kind === 'triggers';
}

/** Draws the page from what the server would draw it from now. */
async function reload(apply: (change: Change) => void): Promise<void> {
  const response = await fetch(location.href, { headers: { Accept: 'application/json' } });
  if (!response.ok) return location.reload();
  const data = (await response.json()) as PageData;
  apply(() => data);
}

function addressOf(data: PageData): string {
  if (data.kind === 'triggers') return '/events';
  if (data.kind !== 'runs') return `/events?run=${data.run}`;
  return data.repo === null ? '/events' : `/events?repo=${encodeURIComponent(data.repo)}`;
}

function show(text: string): void {
  const place = document.getElementById('connection');
  if (place && place.textContent !== text) place.textContent = text;
}
