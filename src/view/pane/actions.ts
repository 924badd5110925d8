import type { Engine } from 'claude-code';
import type { CommandOf } from '../../commands/command-rights.ts';
import { stripControlCharacters } from '../../text/strip-control-characters.ts';
import { paneState, type SubscribedRun } from './pane-state.ts';
import { tablesToLists } from './tables-to-lists.ts';

/** A `swarm` command that a button runs. */
export type Action = CommandOf<'pane'>;

/**
 * Runs one command of the plugin's own executable and shows its outcome. No shell interprets the
 * arguments.
 * @param task a task of the run; null for the whole run
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
    $.ui.toast(firstLine(stderr || stdout) || `swarm ${action} exited with code ${exitCode}`);
  } else if (action === 'retry' && run.session === paneState.session) {
    // Only Claude can launch the task again. The output holds this plugin's words alone.
    await $.prompt.submit({ text: stdout.trim() });
  } else {
    $.ui.toast(firstLine(stdout));
  }
  $.ui.invalidate('ui.render');
}

function firstLine(text: string): string {
  return stripControlCharacters(text.trim().split('\n')[0] ?? '');
}

export const SUMMARY = 'SUMMARY.md';

/** The most of a file that the pane shows; bytes. */
const MAX_BYTES = 65_536;

/**
 * Shows a file of the run in the pane.
 * @param path relative to the run's directory; a path that leads out of it is not read
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
      throw new Error(`${path}: expected a file in the run's directory`);
    const text = await $.fs.read(file, { offset: 0, length: MAX_BYTES });
    const end = size <= MAX_BYTES ? '' : `\n\n… the rest is in ${file}`;
    const shown = path === SUMMARY ? tablesToLists(text) : text;
    paneState.text = { title, path: file, text: stripControlCharacters(shown) + end };
  } catch (error) {
    $.ui.toast(firstLine(error instanceof Error ? error.message : String(error)));
  }
  $.ui.invalidate('ui.render');
}

/**
 * Shows the transcript of an agent of this session in place of the conversation.
 * @param name `<run>/<task>`
 */
export async function viewTranscript($: Engine, agentId: string, name: string): Promise<void> {
  try {
    const shown = await $.ui.view({ agentId });
    if (shown?.deny) $.ui.toast(firstLine(shown.deny));
  } catch {
    // Older clients have no such call, and no client keeps the agents of an earlier one.
    $.ui.toast(`Claude Code cannot show it here: swarm logs ${name}`);
  }
}
