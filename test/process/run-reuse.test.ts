import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClient, untilThere } from '../support/fake-client.ts';
import { makeStage, type RunStage } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Reuse of reports of earlier runs for tasks with an equal cache key. */

const TIMEOUT_MS = 120_000;
const PLAN = makePlan([{ id: 'a' }, { id: 'b', agent: 'own' }, { id: 'c', needs: ['a', 'b'] }]);
const DONE = { a: 'completed', b: 'completed', c: 'completed' };

interface Reuse extends AsyncDisposable {
  readonly stage: RunStage;
  /** Runs the plan. @returns the tasks that a worker executed */
  done(...args: string[]): Promise<string[]>;
}

async function makeReuse(): Promise<Reuse> {
  const stage = await makeStage({
    plan: PLAN,
    fakeClient: fakeClient({
      default:
        "appendFileSync(process.env.HOME + '/asked', task + '\\n'); report('The report of ' + task + '.');",
    }),
  });
  const asked = join(stage.env.HOME ?? '', 'asked');
  mkdirSync(join(stage.repo.path, '.claude', 'agents'), { recursive: true });
  stage.write('.claude/agents/own.md', '---\nname: own\ndescription: Ours\n---\nWork.\n');
  const done = async (...args: string[]) => {
    rmSync(asked, { force: true });
    const { code, stderr } = await stage.swarm('run', 'plan.md', ...args);
    expect(code, stderr).toBe(0);
    expect(outcomes(stage.readRun().status)).toEqual(DONE);
    return existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n').sort() : [];
  };
  return { stage, done, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

test('reuses the reports of unchanged tasks, and says which run they come from', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using reuse = await makeReuse();
  const { stage, done } = reuse;
  expect(await done()).toEqual(['a', 'b', 'c']);
  const first = stage.readRun().id;

  expect(await done()).toEqual([]);
  expect(await done()).toEqual([]);

  const { status, summary, read } = stage.readRun();
  expect(status.tasks.map(({ attempts, reusedFrom }) => [attempts, reusedFrom])).toEqual(
    [first, first, first].map((run) => [0, run]),
  );
  expect(status.usage).toBeNull();
  expect(summary).toContain(`Reused from run \`${first}\``);
  expect(read('results/a.md')).toBe('The report of a.');
  expect(await done('--fresh')).toEqual(['a', 'b', 'c']);
});

test('reruns changed tasks, but not tasks whose needs still have the same report', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using reuse = await makeReuse();
  const { stage, done } = reuse;
  await done();

  stage.write('plan.md', PLAN.replace('Do a.', 'Do a, better.'));
  expect(await done()).toEqual(['a']);
  stage.write('.claude/agents/own.md', '---\nname: own\ndescription: Ours\n---\nWork well.\n');
  expect(await done()).toEqual(['b']);
  expect(await done('--model', 'claude-haiku-4-5')).toEqual(['a', 'b', 'c']);
  stage.write('plan.md', PLAN.replace('Shared context', 'Other context'));
  expect(await done()).toEqual(['a', 'b', 'c']);
});

test('does not reuse a report that was modified on disk', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using reuse = await makeReuse();
  const { stage, done } = reuse;
  await done();
  const { dir, id } = stage.readRun();
  appendFileSync(join(dir, 'results', 'a.md'), 'forged');

  const { stderr } = await stage.swarm('run', 'plan.md');

  expect(stderr).toContain(`a is run again: its report changed since run ${id}`);
  expect(stage.readRun().status.tasks.map(({ reusedFrom }) => reusedFrom)).toEqual([null, id, id]);
});

test('--detach prints the id of the run and exits; the run can be watched and cancelled', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]),
    fakeClient: fakeClient({
      a: untilThere('go', `report('a')`),
      b: 'setInterval(() => {}, 1000)',
    }),
  });

  const { code, stdout } = await stage.swarm('run', 'plan.md', '--detach');
  const id = stdout.trim();
  expect([code, id]).toEqual([0, stage.readRun().id]);
  const watching = stage.start('watch', id);
  stage.write('go', '');
  await waitUntil(() => outcomes(stage.readRun().status).a === 'completed');
  await stage.swarm('cancel', id);

  expect((await watching.ended).code).toBe(1);
  await waitUntil(() => stage.leftovers().length === 0);
  expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'cancelled' });
  expect(stage.readRun().read('run.log')).toContain('1 of 2 tasks completed');
});
