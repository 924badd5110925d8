import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nameProgram } from '../../../src/cli/name-program.ts';
import { checkPath } from '../../../src/doctor/check-path.ts';
import { checkTerminal } from '../../../src/doctor/check-terminal.ts';
import { publishLauncher } from '../../../src/hooks/server/publish-launcher.ts';
import { publishPluginRoot } from '../../../src/hooks/server/publish-plugin-root.ts';
import { fakeCliContext } from '../../support/cli-context.ts';
import { packageFiles, writePackage } from '../../support/fake-package.ts';
import { makeMachine } from '../../support/machine.ts';

/** A machine on which a session has loaded the plugin from its cache. */
async function makeInstalled() {
  const machine = await makeMachine();
  const config = join(machine.dir, 'home', '.claude', 'plugins');
  const root = join(config, 'cache', 'market', 'swarm-parallel', '1.0.0');
  const data = join(config, 'data', 'swarm-parallel-market');
  for (const path of [root, data]) mkdirSync(path, { recursive: true });
  writePackage(root, packageFiles('1.0.0'));
  const load = () => {
    const env = { CLAUDE_PLUGIN_ROOT: root, CLAUDE_PLUGIN_DATA: data };
    publishPluginRoot(env);
    publishLauncher(env);
  };
  const { env } = machine.environment;
  const note = (shown: string, path = env.PATH) => {
    const stderr = { isTTY: true } as NodeJS.WriteStream;
    return nameProgram(shown, fakeCliContext({ packageRoot: root, env: { PATH: path }, stderr }));
  };
  return {
    machine,
    root,
    data,
    load,
    env,
    note,
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}

it('offers a line that an update does not break, once a session has loaded the plugin', async () => {
  await using installed = await makeInstalled();
  const { root, data, env } = installed;

  expect(checkTerminal(root, env).fix).toContain('Start Claude Code with the plugin once');
  installed.load();

  const bin = join(data, 'bin');
  expect(checkTerminal(root, env)).toMatchObject({
    code: 'terminal_without_swarm',
    level: 'note',
    fix: expect.stringContaining(`export PATH="$PATH:${bin}"`),
  });
  const after = { ...env, PATH: `${env.PATH}:${bin}` };
  expect(checkTerminal(root, after)).toMatchObject({ code: 'terminal_ok' });
  expect(checkPath(root, 'plugin', { ...after, PATH: `${after.PATH}:${root}/bin` })).toMatchObject({
    code: 'path_ok',
  });
});

it('names another program called swarm, and an alias that comes before it', async () => {
  await using installed = await makeInstalled();
  installed.load();
  const other = installed.machine.addProgram('swarm', '');

  expect(checkTerminal(installed.root, installed.env)).toMatchObject({
    message: expect.stringContaining(other),
    fix: expect.stringContaining(`alias swarm='${join(installed.data, 'bin', 'swarm')}'`),
  });
  expect(await installed.note('`swarm watch x` watches it')).toContain(other);
});

it('says once what "swarm" stands for, where a message names a command that would not start', async () => {
  await using installed = await makeInstalled();
  const { root, machine, note } = installed;

  expect(await note('see `swarm list`')).toContain(join(root, 'bin', 'swarm'));
  expect(await note('nothing to do')).toBeNull();
  symlinkSync(join(root, 'bin', 'swarm'), join(machine.dir, 'bin', 'swarm'));
  expect(await note('see `swarm list`')).toBeNull();
});
