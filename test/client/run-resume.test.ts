import { expect, test } from 'vitest';
import { checkpoint } from '../support/orchestrator.ts';
import type { ModelRequest, Reply } from '../support/scripted-model.ts';
import { makeStage, type RunStage, reapersOf } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Runs whose supervisor was killed with SIGKILL. */

const TIMEOUT_MS = 300_000;

interface Interrupted extends AsyncDisposable {
  readonly stage: RunStage;
  /** The requests of workers after the kill. */
  readonly asked: ModelRequest[];
}

/** A run of `done`, `begun` and `last`, whose supervisor is killed while `begun` is running. */
async function killSupervisor(more: { isReaperKilled?: boolean } = {}): Promise<Interrupted> {
  let isKilled = false;
  const asked: ModelRequest[] = [];
  const answer = async (request: ModelRequest, ref: string): Promise<Reply> => {
    const task = ref.split('/')[1];
    if (isKilled) {
      asked.push(request);
      return { text: `The report of ${task}.` };
    }
    if (task === 'done') return { text: 'The report of done.' };
    return request.step === 0 ? checkpoint(70, 'nearly there')(ref) : new Promise<never>(() => {});
  };
  const stage = await makeStage({
    plan: makePlan([{ id: 'done' }, { id: 'begun' }, { id: 'last', needs: ['begun'] }]),
    agents: { default: answer },
  });
  const running = stage.start('run', 'plan.md');
  await waitUntil(() => outcomes(stage.readRun().status).done === 'completed');
  await waitUntil(() => stage.readRun().status.tasks[1]?.percent === 70);
  await waitUntil(() => stage.requests.find((one) => one.step === 1));
  if (more.isReaperKilled) {
    for (const pid of reapersOf(stage.readRun().id)) process.kill(pid, 'SIGKILL');
  }
  isKilled = true;
  running.process.kill('SIGKILL');
  await running.ended;
  return { stage, asked, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

const ALL_DONE = { done: 'completed', begun: 'completed', last: 'completed' };

test('after kill -9 the reaper ends the workers, and a resumed run continues their sessions', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using interrupted = await killSupervisor();
  const { stage, asked } = interrupted;
  await waitUntil(() => stage.leftovers().length === 0);
  expect(outcomes(stage.readRun().status)).toEqual({
    done: 'completed',
    begun: 'pending',
    last: 'pending',
  });

  const { code } = await stage.swarm('resume', stage.readRun().id);

  const run = stage.readRun();
  expect(code).toBe(0);
  expect(outcomes(run.status)).toEqual(ALL_DONE);
  expect(run.state.tasks.get('done')?.attempts).toHaveLength(1);
  expect(asked.map((request) => request.step > 0)).toEqual([true, false]);
  expect(asked[0]?.firstUserText).toContain('# Your task: begun');
  expect(asked[0]?.lastUserText).toContain('You were interrupted');
  expect(run.errors).toBe('');
  expect(stage.leftovers()).toEqual([]);
});

test('without the reaper, the next supervisor ends the workers of the dead one', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using interrupted = await killSupervisor({ isReaperKilled: true });
  const { stage } = interrupted;
  const { id, state } = stage.readRun();
  const orphan = state.tasks.get('begun')?.attempts[0]?.worker?.process?.pid ?? 0;
  expect(() => process.kill(orphan, 0)).not.toThrow();

  const { code } = await stage.swarm('run', id);

  expect(() => process.kill(orphan, 0)).toThrow();
  expect(code).toBe(0);
  expect(outcomes(stage.readRun().status)).toEqual(ALL_DONE);
  expect(stage.leftovers()).toEqual([]);
});

test('restarts a task from its checkpoint if the client no longer has its session', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using interrupted = await killSupervisor();
  const { stage, asked } = interrupted;
  await waitUntil(() => stage.leftovers().length === 0);
  stage.forgetSessions();

  const { code } = await stage.swarm('run', stage.readRun().id);

  expect(code).toBe(0);
  expect(asked[0]?.step).toBe(0);
  expect(asked[0]?.firstUserText).toContain('70%: nearly there');
  expect(stage.readRun().status.tasks[1]?.attempts).toBe(2);
  expect(stage.leftovers()).toEqual([]);
});
