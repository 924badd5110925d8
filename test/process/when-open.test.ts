import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTempDir } from '../support/temp-dir.ts';

/** The shell script that starts hooks, with a stand-in for Node that prints what it gets. */

const SCRIPT = join(import.meta.dirname, '../../hooks/when-open.sh');

interface Place {
  /** Directories and files to create in the project; a name with a slash at its end is a directory. */
  has?: readonly string[];
  /** Where the session works, below the project. */
  cwd?: string;
  env?: Record<string, string>;
}

/** @returns what the hook printed; empty if it was not started */
async function startHook({ has = [], cwd = '', env = {} }: Place): Promise<string> {
  await using dir = await makeTempDir();
  const bin = join(dir.path, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'node'), '#!/bin/sh\necho "$@"\ncat\n');
  chmodSync(join(bin, 'node'), 0o755);
  const project = join(dir.path, 'a project');
  for (const name of ['', cwd, ...has]) {
    const path = join(project, name);
    if (name === '' || name === cwd || name.endsWith('/')) mkdirSync(path, { recursive: true });
    else writeFileSync(path, '');
  }
  // It may end before it has read anything.
  const { status, stdout } = spawnSync('sh', [SCRIPT, '/plugin/hook.cjs'], {
    cwd: join(project, cwd),
    input: '{"hook_event_name":"Stop"}',
    encoding: 'utf8',
    env: { PATH: `${bin}:${process.env.PATH}`, CLAUDE_PROJECT_DIR: join(project, cwd), ...env },
  });
  expect(status).toBe(0);
  return stdout;
}

const STARTED = '/plugin/hook.cjs\n{"hook_event_name":"Stop"}';
const OPEN = ['.swarm/open/', '.swarm/open/20261122-181530-412abc'];

it.each<[string, Place]>([
  ['in a project that never had a run', { has: ['.git/', '.claude/'] }],
  ['where a run was, and none is open', { has: ['.git/', '.swarm/runs/x/', '.swarm/open/'] }],
])('does not start the hook %s', async (_, place) => {
  expect(await startHook(place)).toBe('');
});

it.each<[string, Place]>([
  ['where a run is open', { has: OPEN }],
  ['below it', { has: OPEN, cwd: 'src/auth' }],
  ['where the markers are gone', { has: ['.swarm/runs/x/'] }],
  ['where .swarm is no directory', { has: ['.swarm'] }],
  ['in a worktree', { has: ['.git'] }],
  ['beside an installation in the project', { has: ['.claude/swarm-parallel/'] }],
  ['in a worker', { env: { SWARM_ATTEMPT: 'a1' } }],
  ['for a run elsewhere', { env: { SWARM_ROOT: '/repo' } }],
  ['in a directory of unknown place', { env: { CLAUDE_PROJECT_DIR: 'project' } }],
])('starts the hook %s', async (_, place) => {
  expect(await startHook(place)).toBe(STARTED);
});

it('starts the hook where the client does not name the project', async () => {
  expect(await startHook({ has: OPEN, env: { CLAUDE_PROJECT_DIR: '' } })).toBe(STARTED);
});
