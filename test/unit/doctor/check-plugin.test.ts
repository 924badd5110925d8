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
  it('accepts a complete package', async () => {
    await using machine = await machineWith();
    const { findings, installation } = await checkPlugin(machine.environment, null);
    expect(findings).toMatchObject([{ id: 'plugin-files', level: 'ok' }]);
    expect(installation).toMatchObject({ kind: 'plugin', root: machine.environment.packageRoot });
  });

  it.each([
    ['.claude-plugin/plugin.json', null, 'plugin_file_invalid', 'plugin.json'],
    ['.claude-plugin/plugin.json', '{', 'plugin_file_invalid', 'plugin.json'],
    ['.claude-plugin/plugin.json', '{"name":1}', 'plugin_file_invalid', 'at name'],
    ['hooks/hooks.json', '{"hooks":{"Stop":{}}}', 'plugin_file_invalid', 'at hooks.Stop'],
    ['dist/record-event.cjs', null, 'plugin_file_missing', 'no '],
    ['bin/swarm', null, 'plugin_file_missing', 'no '],
  ])('reports that %s is %j', async (path, content, code, message) => {
    await using machine = await machineWith({ [path]: content });
    const { findings } = await checkPlugin(machine.environment, null);
    expect(findings).toMatchObject([
      { level: 'error', code, message: expect.stringContaining(message), fix: expect.any(String) },
    ]);
    expect(findings[0]?.message).toContain(path);
  });

  it('reports that the command is not executable', async () => {
    await using machine = await machineWith();
    chmodSync(join(machine.environment.packageRoot, 'bin/swarm'), 0o644);
    const { findings } = await checkPlugin(machine.environment, null);
    expect(findings).toMatchObject([{ code: 'plugin_file_missing', level: 'error' }]);
  });
});
