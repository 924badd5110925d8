import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SwarmError } from '../../../../src/errors/swarm-error.ts';
import { type PlanResult, submitPlan } from '../../../../src/operations/plans/submit-plan.ts';
import { statusDocument } from '../../../../src/run/status-schema.ts';
import type { Host } from '../../../../src/store/host.ts';
import { loadRun, type RunHandle } from '../../../../src/store/run-handle.ts';
import { listActiveRuns, listRuns } from '../../../../src/store/run-index.ts';
import { renderBrief } from '../../../../src/view/prompts/brief.ts';
import { launchesOf } from '../../../../src/view/prompts/next-step.ts';
import { renderFindings } from '../../../../src/view/terminal/render-plan.ts';
import { hostAt, inSession } from '../../../support/host.ts';
import { makeTempDir, type TempDir } from '../../../support/temp-dir.ts';

const SOURCE = `---
goal: Audit the auth layer
tasks:
  - {id: routes, title: Audit routes, agent: swarm-researcher, tier: quick}
  - {id: report, title: Write the report, needs: [routes]}
  - {id: sessions, title: Audit sessions, agent: Explore}
---
Shared.\r
## routes
Look.

## report
Write.

## sessions
Look.
`;

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

interface Request {
  source?: string;
  isCheck?: boolean;
  by?: Partial<Host>;
}

function plan({ source = SOURCE, isCheck = false, by = {} }: Request = {}) {
  const host = hostAt(dir.path, '2026-11-22T18:15:30.412Z', { ...inSession('session-1'), ...by });
  return submitPlan(source, { host, env: {}, isCheck });
}

function create(request: Request = {}): PlanResult & { outcome: 'created' } {
  const result = plan(request);
  if (result.outcome !== 'created') throw new Error(`expected a run, found ${result.outcome}`);
  return result;
}

const open = (request: Request = {}): RunHandle => loadRun(create(request).run.paths);

describe('submitPlan', () => {
  it('neither opens nor checks a run if the configuration is invalid', () => {
    mkdirSync(join(dir.path, '.claude'));
    writeFileSync(join(dir.path, '.claude/swarm-parallel.json'), '{"maxParallel": 0}');
    for (const isCheck of [true, false]) expect(() => plan({ isCheck })).toThrow('maxParallel');
    expect(listRuns(dir.path)).toEqual([]);
  });

  it('opens a run and says what to launch now', () => {
    const result = create();
    const { run } = result.run.paths;
    expect(run).toMatch(/^20261122-181530-412[a-z0-9]{3}$/);
    expect(result).toMatchObject({
      outcome: 'created',
      waves: [['routes', 'sessions'], ['report']],
    });
    expect(launchesOf(result.run.state, true)).toEqual([
      {
        task: 'routes',
        description: 'Audit routes',
        subagent_type: 'swarm-parallel:swarm-researcher',
        prompt: `swarm:${run}/routes`,
      },
      {
        task: 'sessions',
        description: 'Audit sessions',
        subagent_type: 'Explore',
        prompt: `swarm:${run}/sessions`,
      },
    ]);
  });

  it('uses unqualified agent names outside of a plugin', () => {
    expect(launchesOf(open().state, false)).toMatchObject([
      { subagent_type: 'swarm-researcher' },
      { subagent_type: 'Explore' },
    ]);
  });

  it('stores the plan unchanged, and everything readable only by its owner', () => {
    const { paths } = open();
    expect(readFileSync(paths.plan, 'utf8')).toBe(SOURCE);
    expect(readFileSync(join(dir.path, '.swarm/.gitignore'), 'utf8')).toBe('*\n');
    const files = [paths.plan, paths.ledger, paths.summary, paths.status, paths.openMarker];
    const dirs = [paths.dir, paths.tasks, paths.results, join(dir.path, '.swarm/runs')];
    const modes = (entries: string[]) => entries.map((entry) => statSync(entry).mode & 0o777);
    expect(modes(files)).toEqual(files.map(() => 0o600));
    expect(modes(dirs)).toEqual(dirs.map(() => 0o700));
    expect(readdirSync(paths.dir).sort()).toEqual([
      ...['SUMMARY.md', 'ledger.jsonl', 'plan.md', 'results', 'status.json', 'tasks'],
    ]);
    statusDocument.parse(JSON.parse(readFileSync(paths.status, 'utf8')));
  });

  it('puts no credential from the goal into the ledger', () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const { paths } = open({ source: SOURCE.replace('the auth layer', secret) });
    expect(readFileSync(paths.ledger, 'utf8')).not.toContain(secret);
    expect(readFileSync(paths.summary, 'utf8')).not.toContain(secret);
  });

  it('redacts credentials of a plan, except in briefs', () => {
    const [title, brief, context] = ['t1T1', 'b2B2', 'c3C3'].map((part) => `ghp_${part.repeat(9)}`);
    const source = SOURCE.replace('Audit sessions', `Audit ${title}`)
      .replace('Look.', `Use ${brief}.`)
      .replace('Shared.', `Shared ${context}.`);
    const { paths, state } = open({ source });
    const shown = [paths.summary, paths.status].map((file) => readFileSync(file, 'utf8')).join('');
    for (const secret of [title, brief, context]) expect(shown).not.toContain(secret);
    expect(readFileSync(paths.ledger, 'utf8')).not.toContain(title);
    const task = state.tasks.get('routes');
    const told = task && renderBrief(state, task, { run: paths.dir }, 1_000);
    expect(told).toContain(brief);
    expect(told).toContain(context);
  });

  it('opens runs that sort by time, and several at the same moment', () => {
    const now = (text: string) => ({ by: { now: () => text } });
    const later = open(now('2026-11-22T18:15:31.000Z')).paths.run;
    const first = open(now('2026-11-22T18:15:30.999Z')).paths.run;
    const same = open(now('2026-11-22T18:15:31.000Z')).paths.run;
    expect(listRuns(dir.path)).toEqual([first, ...[later, same].sort()]);
    expect(listActiveRuns(dir.path)).toHaveLength(3);
  });

  it('leaves an ignore file of the user alone', () => {
    mkdirSync(join(dir.path, '.swarm'));
    writeFileSync(join(dir.path, '.swarm/.gitignore'), 'mine\n');
    plan();
    expect(readFileSync(join(dir.path, '.swarm/.gitignore'), 'utf8')).toBe('mine\n');
  });

  it('opens no run when asked only to check', () => {
    expect(plan({ isCheck: true })).toMatchObject({
      outcome: 'valid',
      waves: [['routes', 'sessions'], ['report']],
    });
    expect(existsSync(join(dir.path, '.swarm'))).toBe(false);
  });

  it('opens no run for an invalid plan, and reports each finding with its place', () => {
    const source = SOURCE.replace('tier: quick', 'tier: fast').replace('## sessions', '## session');
    const result = plan({ source });
    if (result.outcome !== 'invalid') throw new Error(`expected findings: ${result.outcome}`);
    const { findings, complaints } = result;
    expect(findings).toHaveLength(3);
    const text = renderFindings('plan.md', findings, complaints);
    expect(text.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(
        /^plan\.md:4: tasks\[0\]\.tier: expected quick, medium or long, found "fast"$/,
      ),
      expect.stringMatching(/^plan\.md:6: tasks\[2\]: /),
      expect.stringMatching(/^plan\.md:15: /),
    ]);
    expect(existsSync(join(dir.path, '.swarm'))).toBe(false);
  });

  it('opens no run with an invalid configuration', () => {
    mkdirSync(join(dir.path, '.claude'));
    writeFileSync(join(dir.path, '.claude/swarm-parallel.json'), '{"maxParallel": "10"}');
    expect(() => plan()).toThrow(SwarmError);
    expect(existsSync(join(dir.path, '.swarm'))).toBe(false);
  });

  it('keeps the limits with which a run was opened', () => {
    mkdirSync(join(dir.path, '.claude'));
    const config = join(dir.path, '.claude/swarm-parallel.json');
    writeFileSync(config, '{"maxParallel": 1}');
    expect(launchesOf(open().state, true)).toMatchObject([{ task: 'routes' }]);
    const { paths } = open();
    writeFileSync(config, '{"maxParallel": 7}');
    expect(loadRun(paths).state.opened.policy.maxParallel).toBe(1);
  });
});
