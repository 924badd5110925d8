import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSettings } from '../../../src/doctor/check-settings.ts';
import { makeMachine } from '../../support/machine.ts';

const USER = 'home/.claude/settings.json';
const PROJECT = 'project/.claude/settings.json';
const LOCAL = 'project/.claude/settings.local.json';

describe('checkSettings', () => {
  it('is content without settings', async () => {
    await using machine = await makeMachine();
    expect(checkSettings(machine.project, machine.environment.env)).toMatchObject({
      findings: [{ level: 'ok' }],
      isPluginEnabled: false,
    });
  });

  it.each([USER, PROJECT, LOCAL])('finds that %s switches hooks off', async (file) => {
    await using machine = await makeMachine();
    machine.write(file, '{"disableAllHooks": true}');
    const { findings } = checkSettings(machine.project, machine.environment.env);
    expect(findings).toMatchObject([{ id: 'settings', level: 'error' }]);
    expect(findings[0]?.message).toContain(join(machine.dir, file));
  });

  it('lets the project decide over the user', async () => {
    await using machine = await makeMachine();
    machine.write(USER, '{"enabledPlugins": {"swarm-parallel@here": true}}');
    const read = () => checkSettings(machine.project, machine.environment.env).isPluginEnabled;
    expect(read()).toBe(true);
    machine.write(LOCAL, '{"enabledPlugins": {"swarm-parallel@here": false}}');
    expect(read()).toBe(false);
  });

  it('reads the configuration directory that the client reads', async () => {
    await using machine = await makeMachine();
    machine.write('config/settings.json', '{"enabledPlugins": {"swarm-parallel@here": true}}');
    const { env } = machine.withEnv({ CLAUDE_CONFIG_DIR: join(machine.dir, 'config') });
    expect(checkSettings(machine.project, env).isPluginEnabled).toBe(true);
  });

  it.each(['{ // no\n}', '[]', 'null'])(
    'finds settings that the client ignores: %s',
    async (text) => {
      await using machine = await makeMachine();
      machine.write(PROJECT, text);
      const { findings } = checkSettings(machine.project, machine.environment.env);
      expect(findings).toMatchObject([{ level: 'error' }]);
    },
  );

  it.each(['', '\ufeff{}'])('takes %j as the client does', async (text) => {
    await using machine = await makeMachine();
    machine.write(PROJECT, text);
    const { findings } = checkSettings(machine.project, machine.environment.env);
    expect(findings).toMatchObject([{ level: 'ok' }]);
  });
});
