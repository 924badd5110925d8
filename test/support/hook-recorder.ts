import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Every hook event that can be recorded without changing what the client does. `WorktreeCreate` is
 * missing: a hook on it replaces the creation of the worktree.
 */
const HOOK_EVENTS = [
  'SessionStart',
  'SessionEnd',
  'Setup',
  'InstructionsLoaded',
  'UserPromptSubmit',
  'UserPromptExpansion',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'PermissionRequest',
  'PermissionDenied',
  'SubagentStart',
  'SubagentStop',
  'Stop',
  'StopFailure',
  'Notification',
  'PreCompact',
  'PostCompact',
  'PreModelSwitch',
  'PostModelSwitch',
  'TaskCreated',
  'TaskCompleted',
  'TeammateIdle',
  'Elicitation',
  'ElicitationResult',
  'ConfigChange',
  'WorktreeRemove',
  'CwdChanged',
  'FileChanged',
  'DirectoryAdded',
] as const;

/** The input of a hook: one line of the record. */
export interface RecordedHook {
  /** The event the hook was registered for. */
  readonly event: string;
  /** When the hook had read its input; milliseconds since the epoch. */
  readonly at: number;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The hook's variables that the client sets, and `PATH`. */
  readonly env: Readonly<Record<string, string>>;
}

const RECORD_FILE = 'record.jsonl';

const RECORDER = `import { appendFileSync, readFileSync } from 'node:fs';
const [event, file] = process.argv.slice(2);
const payload = JSON.parse(readFileSync(0, 'utf8'));
const kept = Object.entries(process.env).filter(([name]) => name === 'PATH' || name.startsWith('CLAUDE'));
const entry = { event, at: Date.now(), payload, env: Object.fromEntries(kept) };
appendFileSync(file, JSON.stringify(entry) + '\\n');
`;

/**
 * Writes a plugin named `recorder` whose hooks record every payload and print nothing.
 *
 * @param dir the plugin's directory, created if missing; pass it to the client as `pluginDir`
 * @param events the events to listen to
 */
export async function makeRecorderPlugin(
  dir: string,
  events: readonly string[] = HOOK_EVENTS,
): Promise<void> {
  await mkdir(join(dir, '.claude-plugin'), { recursive: true });
  await mkdir(join(dir, 'hooks'), { recursive: true });
  const hook = (event: string): object => ({
    type: 'command',
    command: process.execPath,
    args: [join(dir, 'record.mjs'), event, join(dir, RECORD_FILE)],
  });
  const hooks = Object.fromEntries(events.map((event) => [event, [{ hooks: [hook(event)] }]]));
  await writeFile(join(dir, 'record.mjs'), RECORDER);
  await writeFile(join(dir, 'hooks', 'hooks.json'), JSON.stringify({ hooks }, null, 2));
  await writeFile(
    join(dir, '.claude-plugin', 'plugin.json'),
    JSON.stringify({ name: 'recorder', version: '1.0.0', description: 'Records hook payloads' }),
  );
}

/** Reads the records of the plugin in `dir` so far, in order of arrival; empty if there are none. */
export async function readRecorded(dir: string): Promise<RecordedHook[]> {
  const text = await readFile(join(dir, RECORD_FILE), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedHook);
}
