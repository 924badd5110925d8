import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkNode } from '../../../src/doctor/check-node.ts';
import { makeMachine } from '../../support/machine.ts';

describe('checkNode', () => {
  it('accepts a supported Node', async () => {
    await using machine = await makeMachine();
    expect(await checkNode(machine.environment)).toMatchObject([{ id: 'node', level: 'ok' }]);
  });

  it('reports that no node is on PATH, even though one runs the doctor', async () => {
    await using machine = await makeMachine();
    const [finding] = await checkNode(machine.withEnv({ PATH: join(machine.dir, 'home') }));
    expect(finding).toMatchObject({ level: 'error', code: 'node_not_found' });
  });

  it.each(['v18.20.4', 'v20.18.3'])('reports that the node on PATH is %s', async (version) => {
    await using machine = await makeMachine();
    rmSync(join(machine.dir, 'bin', 'node'));
    machine.addProgram('node', `console.log('${version}')`);
    expect(await checkNode(machine.environment)).toMatchObject([
      { level: 'error', message: expect.stringContaining(version.slice(1)) },
    ]);
  });

  it('reports a node that prints no version', async () => {
    await using machine = await makeMachine();
    rmSync(join(machine.dir, 'bin', 'node'));
    machine.addProgram('node', "console.error('broken'); process.exit(3)");
    expect(await checkNode(machine.environment)).toMatchObject([
      { level: 'error', message: expect.stringContaining('exit code 3: broken') },
    ]);
  });

  it('reports that the node of the doctor is too old', async () => {
    await using machine = await makeMachine();
    expect(await checkNode({ ...machine.environment, nodeVersion: '20.9.0' })).toMatchObject([
      { level: 'error', message: expect.stringContaining('20.9.0') },
    ]);
  });
});
