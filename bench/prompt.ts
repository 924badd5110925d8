import { mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startInteractive } from '../test/support/interactive-client.ts';
import { startScriptedModel } from '../test/support/scripted-model.ts';
import { PLUGIN } from './support/hook-process.ts';
import { type Benchmark, compareWith, interleave } from './support/measure.ts';
import { makeCheckout, makeScratch } from './support/sample-run.ts';

const MAX_RATIO = 1.1;

/** The line in which a person types. */
const PROMPT = /^❯/m;

/** What a plugin adds to the start of an interactive session, up to the prompt. */
export const promptBenchmark: Benchmark = {
  name: 'prompt',
  title: 'An interactive session, to its prompt',
  async run(isQuick, { pluginDir }) {
    using scratch = makeScratch();
    const cwd = makeCheckout(scratch, 'checkout');
    await using model = await startScriptedModel(() => ({ text: 'Hello.' }));
    const homes = join(scratch.path, 'homes');
    mkdirSync(homes);
    const session = (plugin?: string) => async () => {
      const home = mkdtempSync(join(homes, 'home-'));
      const started = performance.now();
      await using client = await startInteractive({ model, cwd, home, pluginDir: plugin });
      await client.waitFor(PROMPT);
      return performance.now() - started;
    };
    const times = await interleave(
      {
        bare: session(),
        plugin: session(PLUGIN),
        // Without another plugin, a second row for none shows how much the machine varies.
        other: session(pluginDir && resolve(pluginDir)),
      },
      isQuick ? 5 : 20,
    );
    return [
      compareWith(times.bare, 'without a plugin', times.bare),
      compareWith(times.bare, 'with the plugin', times.plugin, MAX_RATIO),
      compareWith(
        times.bare,
        pluginDir ? `with ${pluginDir}` : 'without a plugin, again',
        times.other,
      ),
    ];
  },
};
