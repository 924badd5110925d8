import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runSwarm } from '../../support/swarm-process.ts';
import { makeTempRepo } from '../../support/temp-dir.ts';

/** Installs the hub as a service, with a stand-in for systemctl that notes how it is called. */

const STAND_IN = `#!/bin/sh
echo "$@" >> "$HOME/calls"
[ -z "$NO_BUS" ] || { echo "Failed to connect to bus" >&2; exit 1; }
`;

async function makeMachine() {
  const repo = await makeTempRepo();
  const bin = join(repo.path, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'systemctl'), STAND_IN);
  chmodSync(join(bin, 'systemctl'), 0o755);
  const env = { HOME: repo.path, XDG_STATE_HOME: join(repo.path, 'state') };
  return {
    file: (path: string) => join(repo.path, path),
    unit: join(repo.path, '.config/systemd/user/swarm-hub.service'),
    calls: () => readFileSync(join(repo.path, 'calls'), 'utf8').trim().split('\n'),
    swarm: (args: string[], more: Record<string, string> = {}) =>
      runSwarm(args, {
        cwd: repo.path,
        env: { ...env, PATH: `${bin}:${process.env.PATH}`, ...more },
      }),
    [Symbol.asyncDispose]: () => repo.remove(),
  };
}

it.runIf(process.platform === 'linux')(
  'shows, installs and removes a systemd service',
  async () => {
    await using machine = await makeMachine();
    const asked = await machine.swarm(['serve', '--install']);
    expect([asked.code, existsSync(machine.unit)]).toEqual([2, false]);
    expect(asked.stderr).toContain('ExecStart=');
    const installed = await machine.swarm(['serve', '--install', '--yes', '--port', '4699']);
    expect(installed.code).toBe(0);
    expect(installed.stdout).toMatch(/open http:\/\/127\.0\.0\.1:4699\/login\?token=\S{32}/);
    expect(readFileSync(machine.unit, 'utf8')).toContain('"--port=4699"');
    expect(machine.calls().slice(-3)).toEqual([
      '--user daemon-reload',
      '--user enable swarm-hub.service',
      '--user restart swarm-hub.service',
    ]);
    const removed = await machine.swarm(['serve', '--uninstall', '--yes', '--json']);
    expect(JSON.parse(removed.stdout)).toMatchObject({ outcome: 'uninstalled' });
    expect(existsSync(machine.unit)).toBe(false);
    const again = await machine.swarm(['serve', '--uninstall', '--yes', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'not_installed' });
  },
);

it.runIf(process.platform === 'linux')(
  'installs a worker, whose secrets are in a file of their own',
  async () => {
    await using machine = await makeMachine();
    const secrets = {
      SWARM_QUEUE_URL: 'rediss://team:pass@redis.example:6379',
      SWARM_QUEUE_SECRET: 'a secret of the team',
    };
    const options = ['--pool', 'gpu=1', '--allowed-tools', 'Bash(npm test)', '--allow-checks'];
    const args = ['worker', '--install', '--yes', ...options];
    const installed = await machine.swarm(args, secrets);
    expect(installed.code).toBe(0);
    const unit = readFileSync(machine.file('.config/systemd/user/swarm-worker.service'), 'utf8');
    const file = machine.file('.config/swarm-parallel/worker.env');
    expect(unit).toContain(`"--env-file=${file}"`);
    expect(unit).toContain('"worker" "--pool=gpu=1" "--allowed-tools=Bash(npm test)"');
    expect(unit).toContain('KillMode=mixed');
    for (const secret of Object.values(secrets)) {
      expect(unit + installed.stdout + installed.stderr).not.toContain(secret);
      expect(readFileSync(file, 'utf8')).toContain(secret);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const without = await machine.swarm(args, { ...secrets, SWARM_QUEUE_SECRET: '' });
    expect(without.stderr).toContain('SWARM_QUEUE_SECRET');
    const removed = await machine.swarm(['worker', '--uninstall', '--yes', '--json']);
    expect(JSON.parse(removed.stdout)).toMatchObject({ outcome: 'uninstalled' });
  },
);

it.runIf(process.platform === 'linux')('refuses where no services can run', async () => {
  await using machine = await makeMachine();
  const refused = await machine.swarm(['serve', '--install', '--yes'], { NO_BUS: '1' });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('Failed to connect to bus');
  expect(existsSync(machine.unit)).toBe(false);
});
