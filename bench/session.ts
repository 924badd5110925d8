import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { WORKER_PLUGIN } from '../src/claude/worker-plugin.ts';
import { clientEnvironment, findClaude } from '../test/support/claude-client.ts';
import { startScriptedModel } from '../test/support/scripted-model.ts';
import { PLUGIN } from './support/hook-process.ts';
import { type Benchmark, compareWith, interleave } from './support/measure.ts';
import { makeCheckout, makeScratch } from './support/sample-run.ts';

/** What the plugin adds to a headless session of one short answer, in a checkout without runs. */
export const sessionBenchmark: Benchmark = {
  name: 'session',
  title: 'A session of one short answer, `claude -p`',
  async run(isQuick) {
    using scratch = makeScratch();
    const cwd = makeCheckout(scratch, 'checkout');
    const home = join(scratch.path, 'home');
    mkdirSync(home);
    await using model = await startScriptedModel(() => ({ text: 'Hello.' }));
    const env = clientEnvironment(model.url, home);
    const session = (...args: string[]) => timeSession(['-p', 'Say hello.', ...args], { cwd, env });
    const times = await interleave(
      {
        bare: () => session(),
        plugin: () => session('--plugin-dir', PLUGIN),
        worker: () => session('--plugin-dir', join(PLUGIN, 'dist', WORKER_PLUGIN)),
      },
      isQuick ? 5 : 20,
    );
    return [
      compareWith(times.bare, 'without the plugin', times.bare),
      compareWith(times.bare, 'with it', times.plugin),
      compareWith(times.bare, 'with what a worker loads of it', times.worker),
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
