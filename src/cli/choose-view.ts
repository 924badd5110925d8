import type { Color } from '../core/status-words.ts';
import type { StatusDocument } from '../schema/status.ts';

export interface View {
  show(before: StatusDocument | null, after: StatusDocument): void;
  close(): void;
}

/** How changes of a run are shown: JSON lines, a live view on a terminal, else plain lines. */
export async function chooseView(asJson: boolean, print: (text: string) => void): Promise<View> {
  if (asJson) return { show: (_, after) => print(JSON.stringify(after)), close: () => {} };
  if (process.stdout.isTTY) return liveView();
  const { describeChanges } = await import('../core/describe-change.ts');
  return {
    show: (before, after) => {
      for (const line of describeChanges(before, after)) print(line);
    },
    close: () => {},
  };
}

/** Redraws in place; once a second for the clocks of what is at work. */
async function liveView(): Promise<View> {
  const { createLogUpdate } = await import('log-update');
  const { renderStatus } = await import('../core/render-status.ts');
  const { paint } = await painter();
  const update = createLogUpdate(process.stdout);
  let latest: StatusDocument | null = null;
  const draw = () => {
    if (!latest) return;
    const columns = process.stdout.columns || 80;
    update(fitRows(renderStatus(latest, { columns, now: Date.now(), paint }), latest));
  };
  const clock = setInterval(draw, 1_000);
  process.stdout.on('resize', draw);
  return {
    show: (_, after) => {
      latest = after;
      draw();
    },
    close: () => {
      clearInterval(clock);
      process.stdout.off('resize', draw);
      update.done();
    },
  };
}

/** What does not fit the height of the terminal cannot be redrawn, so it is counted instead. */
function fitRows(text: string, status: StatusDocument): string {
  const rows = process.stdout.rows || 24;
  const lines = text.split('\n');
  if (lines.length < rows) return text;
  const head = lines.slice(0, 3);
  const active = lines
    .slice(3)
    .filter((_, index) => !['completed', 'pending'].includes(status.tasks[index]?.status ?? ''));
  const shown = active.slice(0, Math.max(0, rows - 5));
  return [...head, ...shown, `… ${status.tasks.length - shown.length} more tasks`].join('\n');
}

/** Colours a text, where the terminal takes colours. */
export async function painter() {
  const { Ansis } = await import('ansis');
  const ansis = new Ansis();
  return { paint: (color: Color, text: string) => ansis[color](text) };
}
