import type { Engine } from 'claude-code';
import type { CommandOf } from '../../commands/command-table.ts';
import { dropInvisible } from '../../text/strip-control-characters.ts';
import { paneState, type SubscribedRun } from './pane-state.ts';

/** A change of the run that a button asks for. */
export type Action = CommandOf<'pane'>;

/**
 * Runs one command of the plugin's own executable and tells its outcome. The arguments are handed
 * over as they are; no shell reads them.
 * @param task a task of the run; the whole run where it is null
 */
export async function change(
  $: Engine,
  action: Action,
  run: SubscribedRun,
  task: string | null,
): Promise<void> {
  paneState.confirming = null;
  const name = task === null ? run.run : `${run.run}/${task}`;
  const argv = [`${$.plugin.root}/bin/swarm`, action, name];
  const { exitCode, stdout, stderr } = await $.process.run(argv, { cwd: run.dir });
  if (exitCode !== 0) {
    $.ui.toast(firstLine(stderr || stdout) || `swarm ${action} ended with code ${exitCode}`);
  } else if (action === 'retry' && run.session === paneState.session) {
    // The command says what to launch, in words of this plugin alone; only Claude can do that.
    await $.prompt.submit({ text: stdout.trim() });
  } else {
    $.ui.toast(firstLine(stdout));
  }
  $.ui.invalidate('ui.render');
}

function firstLine(text: string): string {
  return dropInvisible(text.trim().split('\n')[0] ?? '');
}

/** More of a report than this is for an editor; bytes. */
const SHOWN_BYTES = 65_536;

/**
 * Shows a file of the run in the pane.
 * @param path relative to the run's directory; whatever leads out of it is not read
 */
export async function readInPane(
  $: Engine,
  run: SubscribedRun,
  path: string,
  title: string,
): Promise<void> {
  try {
    const file = `${run.dir}/${path}`;
    const { kind, size, realPath } = await $.fs.stat(file, { resolve: true });
    const { realPath: realDir } = await $.fs.stat(run.dir, { resolve: true });
    if (kind !== 'file' || !realPath?.startsWith(`${realDir}/`))
      throw new Error(`${path}: expected a file of the run, found something else`);
    const text = await $.fs.read(file, { offset: 0, length: SHOWN_BYTES });
    const end = size <= SHOWN_BYTES ? '' : `\n\n… the rest is in ${file}`;
    paneState.text = { title, path: file, text: dropInvisible(text) + end };
  } catch (error) {
    $.ui.toast(firstLine(error instanceof Error ? error.message : String(error)));
  }
  $.ui.invalidate('ui.render');
}
