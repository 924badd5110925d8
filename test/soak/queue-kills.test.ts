import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import { connectSupervisorQueue } from '../../src/queue/engine/supervisor-queue.ts';
import { type Kill, scheduleKills } from '../support/kills/kill-schedule.ts';
import { type KillableCrew, startKillableCrew } from '../support/kills/killable-crew.ts';
import { type FinishedRun, makePlan, readRun } from '../support/swarm-session.ts';
import { git, makeTempDir } from '../support/temp-dir.ts';

/** `SWARM_SOAK_SEED` repeats the kills of an earlier test; what they meet depends on the machine. */
const KILLS = Number(process.env.SWARM_SOAK_KILLS ?? 10);
const SEED = Number(process.env.SWARM_SOAK_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Losing a machine is noticed after half a minute, and several may be lost one after another. */
const TIMEOUT_MS = 300_000 + KILLS * 45_000;

/** Four tasks that need nothing, and two layers that need some of the layer before. */
const TASKS = Array.from({ length: 12 }, (_, index) => ({
  id: `task-${index}`,
  needs: index < 4 ? [] : [index - 4, index % 2 ? index - 3 : index - 4].map((n) => `task-${n}`),
  writes: `task-${index}.md`,
})).map(({ needs, ...task }) => ({ ...task, needs: [...new Set(needs)] }));

/** Notes the attempt at its start and its end, and works for a while in between. */
const worksOn = (diary: string) => `
  const attempt = process.argv[process.argv.indexOf('--session-id') + 1];
  const note = (what) => appendFileSync(${JSON.stringify(diary)}, what + ' ' + attempt + '\\n');
  note('began');
  require('node:fs').writeFileSync(task + '.md', attempt);
  swarm('checkpoint', /^swarm:(\\S+)/.exec(prompt)[1], '50', 'halfway');
  setTimeout(() => {
    note('reported');
    report('The report of ' + task + ' by ' + attempt + '.');
  }, 300 + Math.random() * 3_000);
`;

test(`${KILLS} kills lose no task, complete none twice and leave no process`, {
  timeout: TIMEOUT_MS,
}, async () => {
  process.stdout.write(`SWARM_SOAK_KILLS=${KILLS} SWARM_SOAK_SEED=${SEED}\n`);
  await using notes = await makeTempDir();
  const diary = join(notes.path, 'diary');
  appendFileSync(diary, '');
  const names = ['first', 'second'];
  await using crew = await startKillableCrew({
    plan: makePlan(TASKS),
    client: worksOn(diary),
    workers: names,
  });

  const ended = await runWhileKilling(crew, scheduleKills(SEED, KILLS, names.length));
  const runs = ended.map(({ id }) => readRun(crew.stage.repo.path, id));
  const left = await Promise.all(crew.workers.map((worker) => worker.drain()));

  expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    ended.map(() => expect.objectContaining({ code: 0 })),
  );
  for (const run of runs) await expectWhole(crew, run);
  expect(repeated(readFileSync(diary, 'utf8').trimEnd().split('\n'))).toEqual([]);
  expect(crew.workers.flatMap(({ faults }) => faults)).toEqual([]);
  expect([...left.flat(), ...crew.stage.leftovers()]).toEqual([]);
  expect(
    crew.workers.flatMap(({ places }) => (existsSync(places) ? readdirSync(places) : [])),
  ).toEqual([]);
  await expectEmptyQueue(crew, runs);
  process.stdout.write(`${runs.length} runs, ${JSON.stringify(runs.map(describe))}\n`);
});

/** Has the plan run again and again until all kills are done, so that each meets a run. */
async function runWhileKilling(crew: KillableCrew, kills: readonly Kill[]) {
  let isOver = false;
  const killing = (async () => {
    const under: Promise<void>[] = [];
    for (const kill of kills) {
      await sleep(kill.afterMs);
      process.stdout.write(`${JSON.stringify(kill)}\n`);
      under.push(crew.kill(kill));
    }
    await Promise.all(under);
  })().finally(() => {
    isOver = true;
  });
  const ended = [];
  do ended.push(await crew.run());
  while (!isOver);
  await killing;
  return ended;
}

/** Every task is completed by one attempt, whose report and branch are there. */
async function expectWhole(crew: KillableCrew, run: FinishedRun): Promise<void> {
  const { path } = crew.stage.repo;
  expect(run.errors).toBe('');
  expect(repeated(run.ledger.map((event) => JSON.stringify(event)))).toEqual([]);
  expect(repeated(run.ledger.flatMap(launchOf))).toEqual([]);
  for (const { id, needs } of TASKS) {
    const attempts = [...run.state.attempts.values()].filter(({ task }) => task === id);
    const completed = attempts.filter(({ end }) => end?.outcome === 'reported');
    const [by = ''] = completed.map((attempt) => attempt.id);
    expect({ id, completed: completed.length }).toEqual({ id, completed: 1 });
    expect(run.ledger.filter((event) => isReported(event, by))).toHaveLength(1);
    expect(run.read(`results/${id}.md`)).toContain(`The report of ${id} by ${by}.`);
    const show = (file: string) => git(path, 'show', `swarm/${run.id}/${id}:${file}.md`);
    expect(await show(id)).toBe(by);
    for (const need of needs) expect(await show(need)).not.toBe('');
  }
}

function launchOf(event: LedgerEvent): string[] {
  return event.event === 'attempt.launched' ? [event.attempt] : [];
}

function isReported(event: LedgerEvent, attempt: string): boolean {
  return event.event === 'agent.ended' && event.outcome === 'reported' && event.attempt === attempt;
}

function repeated(all: readonly string[]): string[] {
  return all.filter((one, index) => all.indexOf(one) !== index);
}

/**
 * Nothing waits for a worker, and no message for a supervisor. What a lost machine had taken is active
 * until its lock has run out, and is never handed out again.
 */
async function expectEmptyQueue(
  { url }: KillableCrew,
  runs: readonly FinishedRun[],
): Promise<void> {
  const queue = await connectSupervisorQueue(url);
  for (const { id, state } of runs) {
    const states = await queue.find('default', [...state.attempts.keys()]);
    const left = [...states].filter(([, one]) => one === 'waiting' || one === 'active');
    const isLost = (attempt: string) => state.attempts.get(attempt)?.worker?.isMachineLost;
    expect(left.filter(([attempt, one]) => one === 'waiting' || !isLost(attempt))).toEqual([]);
    expect(await queue.backlog(id)).toBe(0);
  }
  await queue.close();
}

/** How many attempts a run took, and how many of them lost their machine. */
function describe({ state }: FinishedRun): { attempts: number; lost: number } {
  const attempts = [...state.attempts.values()];
  return {
    attempts: attempts.length,
    lost: attempts.filter(({ worker }) => worker?.isMachineLost).length,
  };
}
