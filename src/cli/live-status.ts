import type { StatusDocument } from '../run/status-schema.ts';
import type { Color } from '../view/status-labels.ts';
import type { CliContext } from './cli-context.ts';

/** Shows a run while it changes. */
export interface LiveStatus {
  show(before: StatusDocument | null, after: StatusDocument): void;
  /** Prints a line to stderr, or above a view that is redrawn in place. */
  log(text: string): void;
  close(): void;
  /** What stays on the screen next to stderr; empty where stderr may be shown elsewhere. */
  visibleText(): string;
}

/**
 * Chooses how changes of a run are shown: as JSON lines, as a view that is redrawn in place on a
 * terminal, or else as plain lines.
 * @param isEndPrinted whether the caller prints the end of the run itself
 */
export async function chooseLiveStatus(
  asJson: boolean,
  isEndPrinted: boolean,
  context: CliContext,
): Promise<LiveStatus> {
  const { print, printError, stdout } = context;
  const plain = { log: printError, close: () => {}, visibleText: () => '' };
  if (asJson) return { ...plain, show: (_, after) => print(JSON.stringify(after)) };
  if (stdout.isTTY) return redrawnStatus(context);
  const { describeChanges, describeTaskChanges } = await import('../view/describe-change.ts');
  const describe = isEndPrinted ? describeTaskChanges : describeChanges;
  return {
    ...plain,
    show: (before, after) => {
      for (const line of describe(before, after)) print(line);
    },
  };
}

/** Redrawn in place at each change, and once a second for the clocks of running tasks. */
async function redrawnStatus(context: CliContext): Promise<LiveStatus> {
  const { stdout, stderr, printError } = context;
  const { createLogUpdate } = await import('log-update');
  const { renderStatus } = await import('../view/terminal/render-status.ts');
  const { paint } = await painter();
  const update = createLogUpdate(stdout);
  let latest: StatusDocument | null = null;
  let frame = '';
  const draw = () => {
    if (!latest) return;
    const view = { columns: columnsOf(context), now: Date.parse(context.now()), paint };
    frame = fitRows(renderStatus(latest, view), latest, stdout.rows || 24);
    update(frame);
  };
  const clock = setInterval(draw, 1_000);
  stdout.on('resize', draw);
  return {
    show: (_, after) => {
      latest = after;
      draw();
    },
    log: (text) => {
      // Anything printed without clearing first would be overwritten by the next redraw.
      update.clear();
      printError(text);
      draw();
    },
    close: () => {
      clearInterval(clock);
      stdout.off('resize', draw);
      if (!latest) return;
      latest = null;
      update.done();
      // Erases the `^C` that the terminal writes when Ctrl-C is pressed.
      stdout.write('\r\u001b[K');
    },
    visibleText: () => (stderr.isTTY ? frame : ''),
  };
}

/** Lines beyond the height of the terminal cannot be redrawn, so they are counted instead. */
function fitRows(text: string, status: StatusDocument, rows: number): string {
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

/** The width of the terminal; without one, wider than any line. */
export function columnsOf({ stdout }: CliContext): number {
  return stdout.isTTY ? stdout.columns || 80 : 1_000;
}

/** Colours text if the terminal supports colours. */
export async function painter() {
  const { Ansis } = await import('ansis');
  const ansis = new Ansis();
  return { paint: (color: Color, text: string) => ansis[color](text) };
}
