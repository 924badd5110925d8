import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readProcessTable } from '../../src/platform/process/process-table.ts';
import { startClaude } from '../support/claude-client.ts';
import { checkpoint, orchestrate } from '../support/orchestrator.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { makePlan, outcomes, PROJECT, readRun } from '../support/swarm-session.ts';
import { makeTempDir, makeTempRepo } from '../support/temp-dir.ts';

const TASKS = 200;
const TIMEOUT_MS = 600_000;

/** Megabytes that a process has in memory; null when it is gone. */
function memoryOf(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  } catch {
    return null;
  }
}

function isServer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dist/mcp.cjs');
  } catch {
    return false;
  }
}

test(`${TASKS} tasks leave no process, no event unread and no memory behind`, {
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  await using home = await makeTempDir();
  mkdirSync(join(repo.path, '.claude'));
  const config = JSON.stringify({ maxParallel: 20 });
  writeFileSync(join(repo.path, '.claude', 'swarm-parallel.json'), config);
  const ids = Array.from({ length: TASKS }, (_, index) => `task-${index}`);
  let ended = 0;
  await using model = await startScriptedModel(
    orchestrate({
      plan: makePlan(ids.map((id) => ({ id }))),
      agents: {
        default: (request, ref) => {
          if (request.step === 0) return checkpoint(50, 'half')(ref);
          ended++;
          return { text: `The report of ${ref}.` };
        },
      },
    }),
  );
  const client = await startClaude({
    model,
    cwd: repo.path,
    prompt: '/swarm-parallel Test the swarm',
    pluginDir: PROJECT,
    home: home.path,
    timeoutMs: TIMEOUT_MS - 20_000,
  });
  const ours = () =>
    readProcessTable().filter(({ environment }) => environment?.includes(`HOME=${home.path}`));
  const samples: { ended: number; server: number }[] = [];
  let isOver = false;
  const sampling = (async () => {
    while (!isOver) {
      const server = ours().find(({ pid }) => isServer(pid));
      const memory = server && memoryOf(server.pid);
      if (memory) samples.push({ ended, server: memory });
      await sleep(1_000);
    }
  })();
  const { exitCode } = await client.ended;
  isOver = true;
  await sampling;

  const run = readRun(repo.path);
  expect(exitCode).toBe(0);
  expect(run.errors).toBe('');
  expect(new Set(Object.values(outcomes(run.status)))).toEqual(new Set(['completed']));
  const attempts = [...run.state.attempts.values()].filter(({ refusal }) => !refusal);
  expect(attempts).toHaveLength(TASKS);
  const agents = new Set(attempts.map(({ agentId }) => agentId));
  expect([...run.state.agents.keys()].filter((id) => !agents.has(id))).toEqual([]);
  expect(ours()).toEqual([]);

  const after = (share: number) =>
    Math.max(...samples.filter((one) => one.ended >= share * TASKS).map((one) => one.server));
  const early = Math.max(
    ...samples
      .filter(({ ended: so }) => so >= 0.1 * TASKS && so <= 0.4 * TASKS)
      .map((one) => one.server),
  );
  expect(after(0.8)).toBeLessThan(1.5 * early);
});
