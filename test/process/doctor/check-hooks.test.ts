import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hooksFileSchema } from '../../../src/claude/hook-groups.ts';
import { checkDropIn } from '../../../src/doctor/check-drop-in.ts';
import { checkHooks } from '../../../src/doctor/check-hooks.ts';
import type { Installation } from '../../../src/doctor/check-plugin.ts';
import { install } from '../../../src/install/install.ts';
import { buildPackage } from '../../support/built-package.ts';
import { type Machine, makeMachine } from '../../support/machine.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let machine: Machine;
let plugin: Installation;

beforeAll(async () => {
  dir = await makeTempDir();
  await buildPackage(dir.path);
  machine = await makeMachine(dir.path);
  const file = JSON.parse(readFileSync(join(dir.path, 'hooks/hooks.json'), 'utf8'));
  plugin = { kind: 'plugin', root: dir.path, hooks: hooksFileSchema.parse(file).hooks };
});
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
  await dir.remove();
});

/** The plugin with a different script for one event. */
function withScript(event: string, source: string): Installation {
  const script = join(dir.path, 'dist', 'broken.cjs');
  writeFileSync(script, source);
  const broken = { type: 'command', command: 'node', args: [script] };
  return { ...plugin, hooks: { ...plugin.hooks, [event]: [{ hooks: [broken] }] } };
}

describe('checkHooks', () => {
  it('accepts the hooks of the plugin', async () => {
    const findings = await checkHooks(machine.environment, plugin);
    expect(findings).toMatchObject([{ id: 'hooks', level: 'ok' }]);
  });

  it('accepts the hooks of a drop-in', async () => {
    const target = join(machine.dir, 'target');
    mkdirSync(target);
    install({ packageRoot: dir.path, target });
    const { installation } = checkDropIn(target);
    if (!installation) throw new Error('not installed');
    const findings = await checkHooks(machine.environment, installation);
    expect(findings).toMatchObject([{ id: 'hooks', level: 'ok' }]);
  });

  it.each([
    ['SessionEnd', "console.error('no good'); process.exit(3)", 'exit code 3: no good'],
    ['SubagentStop', '', 'store the report'],
    ['SubagentStop', "console.log('hello')", 'printed no JSON: hello'],
    [
      'StopFailure',
      "require('fs').writeFileSync('.swarm/errors.log', '2026-11-22T10:00:00.000Z bad')",
      'bad',
    ],
  ])('reports a failing %s hook: %s', async (event, source, message) => {
    const findings = await checkHooks(machine.environment, withScript(event, source));
    const own = findings.find((one) => one.message.startsWith(`plugin: ${event} hook`));
    expect(own).toMatchObject({ level: 'error', message: expect.stringContaining(message) });
  });

  it('reports a missing hook', async () => {
    const { SubagentStart: _, ...hooks } = plugin.hooks;
    const findings = await checkHooks(machine.environment, { ...plugin, hooks });
    expect(findings).toMatchObject([
      { code: 'hook_missing', level: 'error', message: expect.stringContaining('SubagentStart') },
    ]);
  });

  it('reports hooks that cannot be started', async () => {
    const findings = await checkHooks(machine.withEnv({ PATH: '' }), plugin);
    expect(findings.length).toBeGreaterThan(1);
    expect(findings[0]).toMatchObject({ message: expect.stringContaining('no node on PATH') });
  });
});
