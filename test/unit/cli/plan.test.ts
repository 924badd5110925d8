import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listRuns } from '../../../src/store/run-index.ts';
import { callCli } from '../../support/cli-context.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const SOURCE = `---
goal: Audit the auth layer
tasks:
  - {id: routes, title: Audit routes}
  - {id: report, title: Write the report, needs: [routes]}
---
## routes
Look.

## report
Write.
`;

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
  writeFileSync(join(dir.path, 'plan.md'), SOURCE);
});
afterEach(() => dir.remove());

const swarm = (args: string[], isTTY = false) => {
  const terminal = Object.assign(new PassThroughTerminal(), { isTTY });
  return callCli(args, { cwd: dir.path, stdout: terminal as unknown as NodeJS.WriteStream });
};

class PassThroughTerminal {
  readonly columns = 80;
  on(): this {
    return this;
  }
}

describe('swarm plan', () => {
  it('prints the run, its waves and what to launch as JSON', async () => {
    const { stdout, stderr, exitCode } = await swarm(['plan', 'plan.md', '--json']);
    const [run = ''] = listRuns(dir.path);
    expect(JSON.parse(stdout)).toEqual({
      run,
      dir: join(dir.path, '.swarm/runs', run),
      waves: [['routes'], ['report']],
      launch: [
        {
          task: 'routes',
          description: 'Audit routes',
          subagent_type: 'swarm-parallel:swarm-worker',
          prompt: `swarm:${run}/routes`,
        },
      ],
    });
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  it('prints the waves of a valid plan as JSON with --check, and creates no run', async () => {
    const { stdout } = await swarm(['plan', 'plan.md', '--check', '--json']);
    expect(JSON.parse(stdout)).toEqual({ waves: [['routes'], ['report']], findings: [] });
    expect(listRuns(dir.path)).toEqual([]);
  });

  it('prints findings as JSON and for people, and creates no run', async () => {
    writeFileSync(join(dir.path, 'plan.md'), SOURCE.replace('[routes]', '[other]'));
    const { stdout, stderr, exitCode } = await swarm(['plan', 'plan.md', '--json']);
    const { findings } = JSON.parse(stdout);
    expect(findings).not.toEqual([]);
    expect(stderr.split('\n')).toHaveLength(findings.length + 1);
    expect(exitCode).toBe(2);
    expect(listRuns(dir.path)).toEqual([]);
  });

  it('tells a session which models its agents cannot have', async () => {
    const model = 'model: claude-opus-4-5';
    writeFileSync(join(dir.path, 'plan.md'), SOURCE.replace('routes}', `routes, ${model}}`));
    const inSession = (...args: string[]) =>
      callCli(['plan', 'plan.md', '--check', ...args], { cwd: dir.path, session: 's' });
    const { notes } = JSON.parse((await inSession('--json')).stdout);
    expect(notes).toEqual([expect.stringMatching(/"claude-opus-4-5": routes will run/)]);
    expect((await inSession()).stdout).toContain(`note: ${notes[0]}`);
    // `swarm run` can.
    expect((await swarm(['plan', 'plan.md', '--check'])).stdout).not.toContain('note:');
    writeFileSync(join(dir.path, 'plan.md'), SOURCE.replace('routes}', 'routes, model: opus}'));
    expect((await inSession()).stdout).not.toContain('note:');
  });

  it('shows a person on a terminal no calls, but how to continue', async () => {
    const onTerminal = await swarm(['plan', 'plan.md'], true);
    expect(onTerminal.stdout).not.toContain('Agent(');
    expect(onTerminal.stdout).toContain('swarm run');
    expect((await swarm(['plan', 'plan.md'])).stdout).toContain('Agent(');
  });
});
