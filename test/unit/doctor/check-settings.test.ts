import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSettings } from '../../../src/doctor/check-settings.ts';
import { makeMachine } from '../../support/machine.ts';

const USER = 'home/.claude/settings.json';
const PROJECT = 'project/.claude/settings.json';
const LOCAL = 'project/.claude/settings.local.json';

describe('checkSettings', () => {
  it('accepts missing settings', async () => {
    await using machine = await makeMachine();
    expect(checkSettings(machine.project, machine.environment.env)).toMatchObject({
      findings: [{ level: 'ok' }],
      isPluginEnabled: false,
    });
  });

  it.each([USER, PROJECT, LOCAL])('reports that %s disables hooks', async (file) => {
    await using machine = await makeMachine();
    machine.write(file, '{"disableAllHooks": true}');
    const { findings } = checkSettings(machine.project, machine.environment.env);
    expect(findings).toMatchObject([{ id: 'settings', code: 'hooks_disabled', level: 'error' }]);
    expect(findings[0]?.message).toContain(join(machine.dir, file));
  });

  it('lets the project override the user', async () => {
    await using machine = await makeMachine();
    machine.write(USER, '{"enabledPlugins": {"swarm-parallel@here": true}}');
    const read = () => checkSettings(machine.project, machine.environment.env).isPluginEnabled;
    expect(read()).toBe(true);
    machine.write(LOCAL, '{"enabledPlugins": {"swarm-parallel@here": false}}');
    expect(read()).toBe(false);
  });

  it('reads the configuration directory that Claude Code uses', async () => {
    await using machine = await makeMachine();
    machine.write('config/settings.json', '{"enabledPlugins": {"swarm-parallel@here": true}}');
    const { env } = machine.withEnv({ CLAUDE_CONFIG_DIR: join(machine.dir, 'config') });
    expect(checkSettings(machine.project, env).isPluginEnabled).toBe(true);
  });

  it.each(['{ // no\n}', '[]', 'null'])(
    'reports settings that Claude Code ignores: %s',
    async (text) => {
      await using machine = await makeMachine();
      machine.write(PROJECT, text);
      const { findings } = checkSettings(machine.project, machine.environment.env);
      expect(findings).toMatchObject([{ code: 'settings_unreadable', level: 'error' }]);
    },
  );

  it.each(['', '\ufeff{}'])('accepts %j, as Claude Code does', async (text) => {
    await using machine = await makeMachine();
    machine.write(PROJECT, text);
    const { findings } = checkSettings(machine.project, machine.environment.env);
    expect(findings).toMatchObject([{ level: 'ok' }]);
  });

  it.each([
    ['{"permissions": {"defaultMode": "yolo"}}', 'permissions.defaultMode'],
    ['{"cleanupPeriodDays": "30"}', 'cleanupPeriodDays'],
    ['{"permissions": {"allow": "Bash"}}', 'permissions.allow'],
    ['{"hooks": {"Stop": {}}}', 'hooks.Stop'],
  ])('reports %s, because of which Claude Code ignores the whole file', async (text, path) => {
    await using machine = await makeMachine();
    machine.write(PROJECT, text);
    const { findings } = checkSettings(machine.project, machine.environment.env);
    expect(findings).toMatchObject([{ code: 'settings_unreadable', level: 'error' }]);
    expect(findings[0]?.message).toContain(path);
  });

  it.each([
    ['{"allowManagedHooksOnly": true}', 'allowManagedHooksOnly'],
    ['{"disableAllHooks": true}', 'disableAllHooks'],
    ['{"deniedMcpServers": [{"serverName": "plugin:swarm-parallel:swarm"}]}', 'deniedMcpServers'],
    ['{"allowedMcpServers": [{"serverName": "other"}]}', 'allowedMcpServers'],
  ])('reports the managed settings %s', async (text, setting) => {
    for (const file of ['managed-settings.json', 'managed-settings.d/10-hooks.json']) {
      await using machine = await makeMachine();
      machine.write(`etc/${file}`, text);
      // Nobody overrides the organization.
      machine.write(LOCAL, '{"disableAllHooks": false}');
      const managed = join(machine.dir, 'etc');
      const { findings } = checkSettings(machine.project, machine.environment.env, managed);
      expect(findings).toMatchObject([{ code: 'hooks_disabled', level: 'error' }]);
      expect(findings[0]?.message).toContain(setting);
      expect(findings[0]?.fix).toContain(join(managed, file));
    }
  });

  it('accepts managed settings that enable the plugin themselves', async () => {
    await using machine = await makeMachine();
    const settings = { allowManagedHooksOnly: true, enabledPlugins: { 'swarm-parallel@x': true } };
    machine.write('etc/managed-settings.json', JSON.stringify(settings));
    const managed = join(machine.dir, 'etc');
    const { findings } = checkSettings(machine.project, machine.environment.env, managed);
    expect(findings).toMatchObject([{ level: 'ok' }]);
  });
});
