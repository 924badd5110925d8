import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPlugin } from '../../../src/doctor/check-plugin.ts';
import { packageFiles, writePackage } from '../../support/fake-package.ts';
import { type Machine, makeMachine } from '../../support/machine.ts';

async function machineWith(changes: Record<string, string | null> = {}): Promise<Machine> {
  const machine = await makeMachine();
  mkdirSync(machine.environment.packageRoot);
  writePackage(machine.environment.packageRoot, { ...packageFiles('1.0.0'), ...changes });
  return machine;
}

describe('checkPlugin', () => {
  it('is content with a whole package', async () => {
    await using machine = await machineWith();
    const { findings, installation } = await checkPlugin(machine.environment, null);
    expect(findings).toMatchObject([{ id: 'plugin-files', level: 'ok' }]);
    expect(installation).toMatchObject({ kind: 'plugin', root: machine.environment.packageRoot });
  });

  it.each([
    ['.claude-plugin/plugin.json', null, 'plugin.json cannot be read'],
    ['.claude-plugin/plugin.json', '{', 'plugin.json cannot be read'],
    ['.claude-plugin/plugin.json', '{"name":1}', 'at name'],
    ['hooks/hooks.json', '{"hooks":{"Stop":{}}}', 'at hooks.Stop'],
    ['dist/record-event.cjs', null, 'no '],
    ['bin/swarm', null, 'no '],
  ])('finds that %s is %j', async (path, content, message) => {
    await using machine = await machineWith({ [path]: content });
    const { findings } = await checkPlugin(machine.environment, null);
    expect(findings).toMatchObject([
      { level: 'error', message: expect.stringContaining(message), fix: expect.any(String) },
    ]);
    expect(findings[0]?.message).toContain(path);
  });

  it('finds that the command cannot be run', async () => {
    await using machine = await machineWith();
    chmodSync(join(machine.environment.packageRoot, 'bin/swarm'), 0o644);
    const { findings } = await checkPlugin(machine.environment, null);
    expect(findings).toMatchObject([{ level: 'error' }]);
  });
});
