import { expect, it } from 'vitest';
import { launchesOf } from '../../../src/view/prompts/next-step.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

/** A usage limit in the middle of eight tasks of a conversation. */

const TASKS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const RESET = '2026-11-22T18:18:00.000Z';

/** What the client says two minutes before the reset, in local time. */
const LIMIT = `You've hit your session limit · resets ${new Date(RESET).toLocaleTimeString(
  'en-US',
  {
    hour: 'numeric',
    minute: '2-digit',
  },
)}`;

const ready = (harness: Harness): string[] =>
  launchesOf(harness.load().state, true).map(({ task }) => task);

const isAllowed = (output: unknown): boolean => JSON.stringify(output).includes('"allow"');

let serial = 0;

/** Launches a task with a call of its own. @returns whether that was allowed */
function launch({ send, session, token }: Harness, task: string): boolean {
  const call = `toolu_${task}_${serial++}`;
  if (!isAllowed(send(session.preAgent(call, token(task))))) return false;
  send(session.agentLaunched(call, token(task), `a${call}`));
  return true;
}

function report({ send, session, load }: Harness, task: string): void {
  const attempt = load().state.tasks.get(task)?.attempts.at(-1);
  send(session.subagentStop(attempt?.agentId ?? '', `Report of ${task}.`));
}

it('launches nothing before the reset, spends no attempt, and completes all after it', async () => {
  const tasks = Object.fromEntries(TASKS.map((task) => [task, []]));
  await using harness = await openHarness(tasks, { maxParallel: 3 });
  for (const task of ['a', 'b', 'c']) expect(launch(harness, task)).toBe(true);
  report(harness, 'a');
  const limited = harness.load().state.tasks.get('b')?.attempts[0]?.agentId ?? '';
  harness.send(harness.session.stopFailure(limited, 'rate_limit', LIMIT));
  report(harness, 'c');

  const { pausedUntil, counts } = harness.status();
  expect(pausedUntil).toBe(RESET);
  expect(counts).toMatchObject({ completed: 2, pending: 6, failed: 0, working: 0 });
  expect(ready(harness)).toEqual([]);
  for (const task of ['b', 'd']) expect(launch(harness, task)).toBe(false);

  // The clock jumps far across the reset, and anything that happens then continues the run once.
  harness.context.sleep(3_600_000);
  harness.send(harness.session.sessionStart('resume'));
  expect(ready(harness)).toEqual(['b', 'd', 'e']);
  for (let next = ready(harness); next.length > 0; next = ready(harness)) {
    for (const task of next) expect(launch(harness, task)).toBe(true);
    for (const task of next) report(harness, task);
  }

  const { status, tasks: ended } = harness.status();
  expect(status).toBe('completed');
  expect(ended.map(({ attempts }) => attempts)).toEqual([1, 2, 1, 1, 1, 1, 1, 1]);
});
