import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  announcePlugin,
  describeInstalledTwice,
  forgetDeadClients,
  hasDropIn,
  isPluginAnnounced,
} from '../../../src/hooks/installed-twice.ts';
import { pluginDataDirs } from '../../../src/store/plugin-data-dirs.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let dataDir: string;
const CLIENT = { pid: 4711, startedAt: '100' };

beforeEach(async () => {
  dir = await makeTempDir();
  dataDir = join(dir.path, 'plugins', 'data', 'swarm-parallel-inline');
});
afterEach(() => dir.remove());

describe('the announcement of the plugin', () => {
  it('is for one client, and not for a later process with its id', () => {
    const isAnnounced = (client = CLIENT) => isPluginAnnounced(pluginDataDirs(dir.path), client);
    expect(isAnnounced()).toBe(false);
    announcePlugin(dataDir, CLIENT);
    expect(isAnnounced()).toBe(true);
    expect(isAnnounced({ ...CLIENT, pid: 4712 })).toBe(false);
    expect(isAnnounced({ ...CLIENT, startedAt: '200' })).toBe(false);
    announcePlugin(dataDir, { ...CLIENT, startedAt: '200' });
    expect(isAnnounced({ ...CLIENT, startedAt: '200' })).toBe(true);
  });

  it('is not taken from another plugin', () => {
    announcePlugin(join(dir.path, 'plugins', 'data', 'other'), CLIENT);
    expect(isPluginAnnounced(pluginDataDirs(dir.path), CLIENT)).toBe(false);
  });

  it('is removed once its client is gone', () => {
    announcePlugin(dataDir, CLIENT);
    announcePlugin(dataDir, { pid: 4712, startedAt: '1' });
    forgetDeadClients(dataDir, (pid) => pid === 4712);
    expect(readdirSync(join(dataDir, 'clients'))).toEqual(['4712']);
  });

  it('fails without harm if the directory cannot be written', () => {
    writeFileSync(join(dir.path, 'file'), '');
    expect(() => announcePlugin(join(dir.path, 'file'), CLIENT)).not.toThrow();
  });
});

describe('the person', () => {
  const start = (source: string) =>
    JSON.stringify({ session_id: 's', hook_event_name: 'SessionStart', source });

  it('is told at the start of a session with both', () => {
    expect(hasDropIn(dir.path)).toBe(false);
    mkdirSync(join(dir.path, '.claude', 'swarm-parallel'), { recursive: true });
    writeFileSync(join(dir.path, '.claude', 'swarm-parallel', 'install.json'), '{}');
    expect(hasDropIn(dir.path)).toBe(true);
    expect(describeInstalledTwice(start('startup'), dir.path)).toContain(
      `\`swarm uninstall ${dir.path}\``,
    );
  });

  it.each([start('compact'), start('clear'), '{"hook_event_name":"Stop"}'])(
    'is not told at %s',
    (event) => {
      expect(describeInstalledTwice(event, dir.path)).toBeNull();
    },
  );
});
