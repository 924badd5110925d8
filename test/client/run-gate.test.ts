import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bash } from '../support/orchestrator.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Irreversible commands and heartbeats of workers, which run without a conversation. */

const TIMEOUT_MS = 300_000;
const COMMAND = 'echo ran >> runs.txt; git push --force origin HEAD';
const ALLOWED = ['--allowed-tools', 'Bash'];

test('an irreversible command of a worker waits for a person, and runs once when approved', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'release' }, { id: 'other' }, { id: 'after', needs: ['release'] }]),
    agents: {
      release: (request) => (request.step === 0 ? bash(COMMAND) : { text: 'I was told.' }),
    },
  });
  const timesRun = () => {
    const file = join(stage.repo.path, 'runs.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
  };

  const first = await stage.swarm('run', 'plan.md', ...ALLOWED);
  const { id, status } = stage.readRun();
  expect(first.code).toBe(4);
  expect(outcomes(status)).toEqual({
    release: 'input_required',
    other: 'completed',
    after: 'pending',
  });
  expect(`${first.stdout}${first.stderr}`).toContain(`swarm approve ${id}/release`);
  expect(timesRun()).toBe(0);
  expect(stage.leftovers()).toEqual([]);

  expect((await stage.swarm('watch')).stderr).toContain(`Resume: swarm run ${id}`);
  const approved = await stage.swarm('approve', `${id}/release`);
  expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining(`swarm run ${id}`) });
  const second = await stage.swarm('run', id);
  expect(second.code).toBe(0);
  expect(outcomes(stage.readRun().status)).toEqual({
    release: 'completed',
    other: 'completed',
    after: 'completed',
  });
  expect(timesRun()).toBe(1);
  expect(stage.readRun().errors).toBe('');
  expect(stage.leftovers()).toEqual([]);
});

test('the configured notify command receives a gate, a failed long task and the end of the run', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  const append = "require('fs').appendFileSync('told', require('fs').readFileSync(0))";
  await using stage = await makeStage({
    plan: makePlan([{ id: 'release' }, { id: 'heavy', tier: 'long' }]),
    config: { notify: { command: [process.execPath, '-e', append] } },
    agents: {
      release: (request) => (request.step === 0 ? bash(COMMAND) : { text: 'I was told.' }),
      heavy: () => ({ text: '' }),
    },
  });
  const file = join(stage.repo.path, 'told');
  const told = (count: number) =>
    waitUntil(() => {
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      return lines.length === count && lines.map((line) => JSON.parse(line).event).sort();
    });

  expect((await stage.swarm('run', 'plan.md', ...ALLOWED)).code).toBe(4);
  expect(await told(2)).toEqual(['gate.waiting', 'task.failed']);
  expect((await stage.swarm('deny', `${stage.readRun().id}/release`)).code).toBe(0);
  expect((await stage.swarm('run', stage.readRun().id)).code).toBe(1);
  expect(await told(3)).toEqual(['gate.waiting', 'run.ended', 'task.failed']);
});
