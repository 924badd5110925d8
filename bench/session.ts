import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WORKER_PLUGIN } from '../src/claude/worker-plugin.ts';
import { clientEnvironment, findClaude } from '../test/support/claude-client.ts';
import { startScriptedModel } from '../test/support/scripted-model.ts';
import { PLUGIN } from './support/hook-process.ts';
import { type Benchmark, compareWith, interleave, type Row } from './support/measure.ts';
import { makeCheckout, makeRun, makeScratch } from './support/sample-run.ts';

const MAX_WITHOUT_RUN = 1.3;
const MAX_AFTER_RUN = 1.35;
const MAX_WORKER = 1.2;

/** What a plugin adds to a headless session of one short answer, in a checkout without open runs. */
export const sessionBenchmark: Benchmark = {
  name: 'session',
  title: 'A session of one short answer, `claude -p`',
  async run(isQuick, { pluginDir }) {
    using scratch = makeScratch();
    const without = makeCheckout(scratch, 'without');
    const ended = makeCheckout(scratch, 'ended');
    rmSync(makeRun(ended, 8).openMarker);
    const home = join(scratch.path, 'home');
    mkdirSync(home);
    await using model = await startScriptedModel(() => ({ text: 'Hello.' }));
    const env = clientEnvironment(model.url, home);
    const session = (cwd: string, plugin?: string) => () =>
      timeSession(['-p', 'Say hello.', ...(plugin ? ['--plugin-dir', plugin] : [])], { cwd, env });
    const { bare, ...times } = await interleave(
      {
        bare: session(without),
        plugin: session(without, PLUGIN),
        ended: session(ended, PLUGIN),
        worker: session(without, join(PLUGIN, 'dist', WORKER_PLUGIN)),
        // Without another plugin, a second row for none shows how much the machine varies.
        other: session(without, pluginDir && resolve(pluginDir)),
      },
      isQuick ? 5 : 20,
    );
    const row = (what: string, name: keyof typeof times, goal?: number): Row =>
      compareWith(bare, what, times[name], goal);
    return [
      compareWith(bare, 'without a plugin', bare),
      row('with the plugin', 'plugin', MAX_WITHOUT_RUN),
      row('with it, where a run has ended', 'ended', MAX_AFTER_RUN),
      row('with what a worker loads of it', 'worker', MAX_WORKER),
      row(pluginDir ? `with ${pluginDir}` : 'without a plugin, again', 'other'),
    ];
  },
};

async function timeSession(
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<number> {
  const started = performance.now();
  const [code] = await once(spawn(findClaude(), args, { ...options, stdio: 'ignore' }), 'close');
  if (code !== 0) throw new Error(`the session ended with exit code ${code}`);
  return performance.now() - started;
}
