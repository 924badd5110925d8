import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { FiringView, HistoryQuery, ScheduleView } from '../../view/triggers/trigger-views.ts';
import { type Answer, printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { columnsOf } from '../columns-of.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

/** The origin of changes by these commands, in the history. */
export const BY = 'terminal';

/** The triggers of a repository, which the entry hands in. */
export interface TriggersProgram {
  book: {
    schedules(): ScheduleView[];
    history(query: HistoryQuery): FiringView[];
    trigger(name: string, by: string): FiringView;
    pause(name: string, note: string | null, by: string): ScheduleView;
    resume(name: string, by: string): ScheduleView;
    backfill(name: string, range: BackfillRange, by: string): FiringView[];
    /** What is wrong with the file of the configuration, one line each. */
    fileProblems(): string[];
    /** That, and what is wrong with the plans and secrets that it names. */
    problems(): string[];
  };
  /** Whether a hub serves the repository; otherwise nothing is fired by itself. */
  hasHub(): boolean;
  /** Waits until something has become of firings that were asked for. */
  settle(firings: readonly string[]): Promise<FiringView[]>;
}

interface BackfillRange {
  from: string;
  to: string;
  overlap?: Overlap;
}

type Overlap = 'skip' | 'buffer_one' | 'buffer_all' | 'cancel_other' | 'allow_all';

interface ScheduleFlags extends JsonFlag {
  note?: string;
  from?: string;
  to?: string;
  overlap?: Overlap;
  limit?: number;
}

interface Call {
  name: string | undefined;
  flags: ScheduleFlags;
  triggers: TriggersProgram;
  context: CliContext;
}

type Action = (call: Call) => Answer | Promise<Answer>;

const ACTIONS: Readonly<Record<string, Action>> = {
  list: listSchedules,
  next: showNext,
  trigger: triggerNow,
  pause: pauseSchedule,
  resume: resumeSchedule,
  backfill,
  history: showHistory,
};

/** `swarm schedule`. */
export function addScheduleCommand(
  program: Command,
  context: CliContext,
  loadTriggers: () => Promise<TriggersProgram>,
): void {
  declareCommand(program, 'schedule')
    .option('--note <text>', 'why it is paused')
    .option('--from <time>', 'the first time to fire, with backfill, such as 2026-11-23')
    .option('--to <time>', 'the last time to fire, with backfill (default: now)')
    .addOption(
      new Option('--overlap <policy>', 'what backfilled firings do while a run is working')
        .choices(['skip', 'buffer_one', 'buffer_all', 'cancel_other', 'allow_all'])
        .default(undefined, 'buffer_all'),
    )
    .option('--limit <n>', 'how many firings to show (default: 20)', wholeNumber)
    .addOption(jsonOption())
    .action(async (action: string, name: string | undefined, flags: ScheduleFlags) => {
      const carryOut = actionOf(action, ACTIONS);
      const triggers = await loadTriggers();
      assertReadable(triggers);
      printAnswer(await carryOut({ name, flags, triggers, context }), flags.json, context);
    });
}

/** @throws {SwarmError} when there is no such action */
export function actionOf<Known>(action: string, actions: Readonly<Record<string, Known>>): Known {
  const known = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (known !== undefined) return known;
  const names = Object.keys(actions);
  throw new SwarmError(
    `expected one of ${names.join(', ')}, found "${action}"${didYouMean(action, names)}`,
  );
}

/** @throws {SwarmError} with everything that is wrong with the configuration */
export function assertReadable({ book }: TriggersProgram): void {
  const problems = book.fileProblems();
  if (problems.length > 0) throw new SwarmError(problems.join('\n'));
}

async function listSchedules({ name, triggers, context }: Call): Promise<Answer> {
  const { renderSchedules } = await import('../../view/triggers/render-schedules.ts');
  const schedules = select(triggers.book.schedules(), name);
  const isServed = warnWithoutHub(schedules, triggers, context);
  return { document: { schedules, isServed }, text: () => renderSchedules(schedules) };
}

async function showNext({ name, triggers, context }: Call): Promise<Answer> {
  const { renderNextTimes } = await import('../../view/triggers/render-schedules.ts');
  const schedules = select(triggers.book.schedules(), name);
  const isServed = warnWithoutHub(schedules, triggers, context);
  const rows = schedules.map(({ name: of, words, timezone, next, paused }) => ({
    ...{ name: of, words, timezone, next, paused },
  }));
  return { document: { schedules: rows, isServed }, text: () => renderNextTimes(schedules) };
}

async function triggerNow({ name, triggers, context }: Call): Promise<Answer> {
  const { renderRequested } = await import('../../view/triggers/render-schedules.ts');
  const requested = triggers.book.trigger(required(name, 'schedule trigger'), BY);
  const [firing = requested] = await triggers.settle([requested.id]);
  setExitCode([firing], context);
  return { document: firing, text: () => renderRequested([firing]) };
}

async function pauseSchedule({ name, flags, triggers }: Call): Promise<Answer> {
  const { renderSchedules } = await import('../../view/triggers/render-schedules.ts');
  const schedule = triggers.book.pause(required(name, 'schedule pause'), flags.note ?? null, BY);
  return { document: schedule, text: () => renderSchedules([schedule]) };
}

async function resumeSchedule({ name, triggers }: Call): Promise<Answer> {
  const { renderSchedules } = await import('../../view/triggers/render-schedules.ts');
  const schedule = triggers.book.resume(required(name, 'schedule resume'), BY);
  return { document: schedule, text: () => renderSchedules([schedule]) };
}

async function backfill({ name, flags, triggers, context }: Call): Promise<Answer> {
  const { renderRequested } = await import('../../view/triggers/render-schedules.ts');
  const { from, to = context.now(), overlap } = flags;
  if (from === undefined) {
    throw new SwarmError('backfill requires --from, such as --from 2026-11-23');
  }
  const range = { from, to, ...(overlap === undefined ? {} : { overlap }) };
  const requested = triggers.book.backfill(required(name, 'schedule backfill'), range, BY);
  const firings = await triggers.settle(requested.map(({ id }) => id));
  setExitCode(firings, context);
  return { document: { firings }, text: () => renderRequested(firings) };
}

async function showHistory({ name, flags, triggers, context }: Call): Promise<Answer> {
  const { renderFirings } = await import('../../view/triggers/render-schedules.ts');
  const limit = flags.limit ?? DEFAULT_LIMIT;
  const query = { trigger: 'schedule', limit, ...(name === undefined ? {} : { name }) } as const;
  const firings = triggers.book.history(query);
  return { document: { firings }, text: () => renderFirings(firings, columnsOf(context)) };
}

export const DEFAULT_LIMIT = 20;

/** @returns whether a hub serves the repository */
export function warnWithoutHub(
  configured: readonly unknown[],
  { hasHub }: TriggersProgram,
  { warn }: CliContext,
): boolean {
  const isServed = hasHub();
  if (!isServed && configured.length > 0) {
    warn('no hub is running here, so nothing is started by itself. Start one: swarm serve');
  }
  return isServed;
}

/** @throws {SwarmError} when a name was given and there is no such schedule */
function select(schedules: readonly ScheduleView[], name: string | undefined): ScheduleView[] {
  const found = schedules.filter((one) => (name ?? one.name) === one.name);
  if (name === undefined || found.length > 0) return found;
  const names = schedules.map((one) => one.name);
  throw new SwarmError(
    `no schedule ${name}; expected one of ${names.join(', ')}${didYouMean(name, names)}`,
    EXIT.notFound,
  );
}

export function required(name: string | undefined, action: string, what = 'NAME'): string {
  if (name !== undefined) return name;
  throw new SwarmError(`expected a name: swarm ${action} ${what}`);
}

export function setExitCode(firings: readonly FiringView[], { process }: CliContext): void {
  const isGood = firings.every(({ outcome }) => outcome === 'started' || outcome === 'waiting');
  if (!isGood) process.setExitCode(EXIT.notCompleted);
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 10_000) return value;
  throw new InvalidArgumentError('expected a whole number from 1 to 10000.');
}
