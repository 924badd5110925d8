import { mkdirSync, rmSync } from 'node:fs';
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
  it('validates the plugin with the client, and reports its errors', async () => {
    await using machine = await machineWith();
    const client = machine.addProgram(
      'claude',
      `if (process.argv.slice(2).join() !== 'plugin,validate,${machine.environment.packageRoot}') process.exit(0);
       console.log('Found 1 error:\\n\\n  ❯ name: not kebab-case\\n'); process.exit(1)`,
    );
    const { findings } = await checkPlugin(machine.environment, client);
    expect(findings).toMatchObject([
      { level: 'error', message: 'Claude Code rejects the plugin: name: not kebab-case' },
    ]);
    rmSync(client);
    machine.addProgram('claude', '');
    expect((await checkPlugin(machine.environment, client)).findings).toMatchObject([
      { level: 'ok' },
    ]);
  });
});
