import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPath, isPluginOnPath } from '../../../src/doctor/check-path.ts';
import { packageFiles, writePackage } from '../../support/fake-package.ts';
import { type Machine, makeMachine } from '../../support/machine.ts';

/** A machine whose session has the plugin's `bin/` last on PATH. */
async function makeSession(): Promise<{ machine: Machine; root: string; env: { PATH: string } }> {
  const machine = await makeMachine();
  const root = join(machine.dir, 'package');
  writePackage(root, packageFiles('1.0.0'));
  return {
    machine,
    root,
    env: { PATH: [join(machine.dir, 'bin'), join(root, 'bin')].join(delimiter) },
  };
}

describe('checkPath', () => {
  it('accepts our swarm as the only one, on PATH or not', async () => {
    const { machine, root, env } = await makeSession();
    await using _ = machine;
    expect(checkPath(root, 'plugin', env)).toMatchObject({ id: 'path', level: 'ok' });
    expect(checkPath(root, 'plugin', machine.environment.env)).toMatchObject({ level: 'ok' });
  });

  it('reports another program that would run in its place', async () => {
    const { machine, root, env } = await makeSession();
    await using _ = machine;
    const other = machine.addProgram('swarm', '');
    expect(checkPath(root, 'plugin', env)).toMatchObject({
      level: 'error',
      message: expect.stringContaining(other),
    });
    expect(checkPath(root, 'drop-in', env)).toMatchObject({ level: 'ok' });
  });

  it.each([
    ['1.0.0', 'ok'],
    ['0.9.0', 'warning'],
  ])('compares the version of a global installation: %s', async (version, level) => {
    const { machine, root, env } = await makeSession();
    await using _ = machine;
    const global = join(machine.dir, 'lib', 'swarm-parallel');
    mkdirSync(global, { recursive: true });
    writePackage(global, packageFiles(version));
    symlinkSync(join(global, 'bin', 'swarm'), join(machine.dir, 'bin', 'swarm'));
    expect(checkPath(root, 'plugin', env)).toMatchObject({ level });
  });

  it('recognizes a session that has loaded the plugin', async () => {
    const { machine, root, env } = await makeSession();
    await using _ = machine;
    expect(isPluginOnPath(root, env)).toBe(true);
    expect(isPluginOnPath(root, machine.environment.env)).toBe(false);
  });

  it('ignores directories on PATH that do not exist', async () => {
    const { machine, root } = await makeSession();
    await using _ = machine;
    expect(isPluginOnPath(root, { PATH: join(machine.dir, 'nowhere') })).toBe(false);
  });
});
