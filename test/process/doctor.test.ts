import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDoctor } from '../../src/doctor/doctor.ts';
import { finding } from '../../src/doctor/finding.ts';
import { install } from '../../src/install/install.ts';
import { renderDoctor } from '../../src/view/terminal/render-doctor.ts';
import { buildPackage } from '../support/built-package.ts';
import { findClaude } from '../support/claude-client.ts';
import { fakeClient, makeMachine } from '../support/machine.ts';
import { makeTempDir, type TempDir } from '../support/temp-dir.ts';

const NO_PROBLEMS = async () => ({ fileProblems: () => [], problems: () => [] });

let dir: TempDir;

beforeAll(async () => {
  dir = await makeTempDir();
  await buildPackage(dir.path);
});
afterAll(() => dir.remove());

describe('runDoctor', () => {
  it('finds no problem with the real client, and leaves nothing behind', async () => {
    await using machine = await makeMachine(dir.path);
    symlinkSync(join(dir.path, 'bin', 'swarm'), join(machine.dir, 'bin', 'swarm'));
    const findings = await runDoctor(
      machine.withEnv({ SWARM_CLAUDE_BIN: findClaude() }),
      NO_PROBLEMS,
    );
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(findings.map(({ id }) => id)).toEqual([
      'node',
      'client',
      'plugin-files',
      'hooks',
      'settings',
      'path',
      'terminal',
      'run-directory',
      'git',
      'hub',
      'leftovers',
    ]);
    expect(existsSync(join(machine.project, '.swarm'))).toBe(false);
  });

  it('checks a drop-in with its own doctor, which does not expect the plugin', async () => {
    await using machine = await makeMachine();
    machine.addProgram('claude', fakeClient('9.9.9'));
    install({ packageRoot: dir.path, target: machine.project });
    const packageRoot = join(machine.project, '.claude', 'swarm-parallel');
    const findings = await runDoctor({ ...machine.environment, packageRoot }, NO_PROBLEMS);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(findings.map(({ id }) => id)).toContain('drop-in');
    expect(findings.map(({ id }) => id)).not.toContain('plugin-files');
  });

  it('does not run hooks that the repository contains', async () => {
    await using machine = await makeMachine(dir.path);
    machine.addProgram('claude', fakeClient('9.9.9'));
    install({ packageRoot: dir.path, target: machine.project });
    const mark = join(machine.dir, 'started');
    machine.write(
      'project/.claude/swarm-parallel/dist/record-event.cjs',
      `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`,
    );
    const findings = await runDoctor(machine.environment, NO_PROBLEMS);
    expect(existsSync(mark)).toBe(false);
    expect(findings.filter(({ level }) => level !== 'ok')).toMatchObject([
      { id: 'drop-in', level: 'warning' },
      { id: 'hooks', level: 'note' },
    ]);
  });

  it('reports that the plugin is installed twice', async () => {
    await using machine = await makeMachine(dir.path);
    install({ packageRoot: dir.path, target: machine.project });
    const levels = async (environment: typeof machine.environment) =>
      (await runDoctor(environment, NO_PROBLEMS)).flatMap(({ id, level }) =>
        id === 'twice' ? level : [],
      );
    const PATH = `${machine.environment.env.PATH}:${join(dir.path, 'bin')}`;
    const [once, loaded] = await Promise.all([
      levels(machine.environment),
      levels(machine.withEnv({ PATH })),
    ]);
    expect(once).toEqual([]);
    expect(loaded).toEqual(['note']);
    machine.write('home/.claude/settings.json', '{"enabledPlugins":{"swarm-parallel@x":true}}');
    expect(await levels(machine.environment)).toEqual(['note']);
  });
});

describe('renderDoctor', () => {
  const findings = [
    finding('node_ok', 'Node 22'),
    finding('client_not_found', 'no claude\u001b[31m on\nPATH', 'Install it.'),
  ];

  it('renders each finding on a line and indents the fix', () => {
    expect(renderDoctor(findings)).toBe(
      '✓ node: Node 22\n✗ client: no claude on PATH\n    Install it.\n\n1 error, 0 warnings.',
    );
  });

  it('colors by level', () => {
    const text = renderDoctor(findings, (color, part) => `<${color}>${part}`);
    expect(text).toContain('<red>✗ <bold>client');
    expect(text).toContain('<dim>Install it.');
  });
});
