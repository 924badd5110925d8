import type { StatusDocument } from '../run/status-schema.ts';
import type { CliContext } from './cli-context.ts';
import { columnsOf } from './columns-of.ts';
import { painter } from './painter.ts';

/** Shows a run while it changes. */
export interface LiveStatus {
  show(before: StatusDocument | null, after: StatusDocument): void;
  /** Prints a line to stderr, or above a view that is redrawn in place. */
  log(text: string): void;
  /** Leaves the final state on the screen; repeating it has no effect. */
  close(): void;
  /** What stays on the screen next to stderr; empty where stderr may be shown elsewhere. */
  visibleText(): string;
}

/** The run that a view shows, for what changes without an event. */
export interface ShownRun {
  /** Its state now, which is the last one shown. */
  status(): StatusDocument;
  /** Whether nobody works on it. */
  isInactive(): boolean;
}

/**
 * Chooses how changes of a run are shown: as JSON lines, as a view that is redrawn in place on a
 * terminal, or else as plain lines.
 * @param isEndPrinted whether the caller prints the end of the run itself
 */
export async function chooseLiveStatus(
  asJson: boolean,
  isEndPrinted: boolean,
  run: ShownRun,
  context: CliContext,
): Promise<LiveStatus> {
  const { print, printError, stdout } = context;
  const plain = { log: printError, close: () => {}, visibleText: () => '' };
  if (asJson) return { ...plain, show: (_, after) => print(JSON.stringify(after)) };
  if (stdout.isTTY) return redrawnStatus(run, context);
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
async function redrawnStatus(run: ShownRun, context: CliContext): Promise<LiveStatus> {
  const { stdin, stdout, stderr, printError } = context;
  const { createLogUpdate } = await import('log-update');
  const { renderStatus } = await import('../view/terminal/render-status.ts');
  const { hideTypedText } = await import('../platform/terminal-echo.ts');
  const { paint } = await painter();
  const update = createLogUpdate(stdout);
  let latest: StatusDocument | null = null;
  let frame = '';
  const draw = () => {
    if (!latest) return;
    const isInactive = run.isInactive();
    const view = { columns: columnsOf(context), now: Date.parse(context.now()), isInactive, paint };
    // Lines beyond the height of the terminal cannot be redrawn, and the cursor needs one.
    frame = renderStatus(latest, view, (stdout.rows || 24) - 1);
    update(frame);
  };
  const showTypedText = stdin.isTTY ? hideTypedText() : () => {};
  const clock = setInterval(draw, 1_000);
  stdout.on('resize', draw);
  let isClosed = false;
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
      if (isClosed) return;
      isClosed = true;
      clearInterval(clock);
      stdout.off('resize', draw);
      showTypedText();
      if (!latest) return;
      latest = run.status();
      draw();
      latest = null;
      update.done();
      // Erases the `^C` that the terminal writes when Ctrl-C is pressed.
      stdout.write('\r\u001b[K');
    },
    visibleText: () => (stderr.isTTY ? frame : ''),
  };
}
