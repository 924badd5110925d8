import type { StatusDocument } from '../run/status-schema.ts';
import type { Color } from '../view/status-labels.ts';

export interface View {
  show(before: StatusDocument | null, after: StatusDocument): void;
  /** Says a line beside what is shown; on stderr, or above a live view. */
  say(text: string): void;
  close(): void;
  /** What a person still sees of it beside what is said on stderr; empty where that may lie apart. */
  inSight(): string;
}

/**
 * How changes of a run are shown: JSON lines, a live view on a terminal, else plain lines.
 * @param isEndSaid whether the caller says on stderr how the run ended
 */
export async function chooseLiveStatus(
  asJson: boolean,
  print: (text: string) => void,
  tell: (text: string) => void,
  isEndSaid: boolean,
): Promise<View> {
  const plain = { say: tell, close: () => {}, inSight: () => '' };
  if (asJson) return { ...plain, show: (_, after) => print(JSON.stringify(after)) };
  if (process.stdout.isTTY) return liveView(tell);
  const { describeChanges, describeTaskChanges } = await import('../view/describe-change.ts');
  const describe = isEndSaid ? describeTaskChanges : describeChanges;
  return {
    ...plain,
    show: (before, after) => {
      for (const line of describe(before, after)) print(line);
    },
  };
}

/** Redraws in place; once a second for the clocks of what is at work. */
async function liveView(tell: (text: string) => void): Promise<View> {
  const { createLogUpdate } = await import('log-update');
  const { renderStatus } = await import('../view/terminal/render-status.ts');
  const { paint } = await painter();
  const update = createLogUpdate(process.stdout);
  let latest: StatusDocument | null = null;
  let frame = '';
  const draw = () => {
    if (!latest) return;
    const columns = process.stdout.columns || 80;
    frame = fitRows(renderStatus(latest, { columns, now: Date.now(), paint }), latest);
    update(frame);
  };
  const clock = setInterval(draw, 1_000);
  process.stdout.on('resize', draw);
  return {
    show: (_, after) => {
      latest = after;
      draw();
    },
    say: (text) => {
      // What the view does not know of would be overwritten by its next drawing.
      update.clear();
      tell(text);
      draw();
    },
    close: () => {
      clearInterval(clock);
      process.stdout.off('resize', draw);
      if (!latest) return;
      latest = null;
      update.done();
      // Where Ctrl-C was pressed, the terminal has written `^C` there.
      process.stdout.write('\r\u001b[K');
    },
    inSight: () => (process.stderr.isTTY ? frame : ''),
  };
}

/** What does not fit the height of the terminal cannot be redrawn, so it is counted instead. */
function fitRows(text: string, status: StatusDocument): string {
  const rows = process.stdout.rows || 24;
  const lines = text.split('\n');
  if (lines.length < rows) return text;
  const top = lines.indexOf('') + 1;
  const head = lines.slice(0, top);
  const active = lines
    .slice(top)
    .filter((_, index) => !['completed', 'pending'].includes(status.tasks[index]?.status ?? ''));
  const shown = active.slice(0, Math.max(0, rows - top - 2));
  return [...head, ...shown, `… ${status.tasks.length - shown.length} more tasks`].join('\n');
}

/** Colours a text, where the terminal takes colours. */
export async function painter() {
  const { Ansis } = await import('ansis');
  const ansis = new Ansis();
  return { paint: (color: Color, text: string) => ansis[color](text) };
}
