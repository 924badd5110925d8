import { readRegularFile } from '../platform/regular-file.ts';
import { settingsFiles } from './config-paths.ts';

/** What the client takes from its surroundings where the command line says nothing; null for none. */
export interface WorkerSettings {
  model: string | null;
  permissions: string | null;
}

/** Settings of an organization, on Linux and on macOS. */
const MANAGED = [
  '/etc/claude-code/managed-settings.json',
  '/Library/Application Support/ClaudeCode/managed-settings.json',
];

/** Variables that choose a model, or what an alias such as `opus` stands for. */
const MODEL_VARIABLE = /^(?:ANTHROPIC_(?:\w+_)?MODEL|CLAUDE_CODE_SUBAGENT_MODEL)$/;

/** The model and the permissions that environment and settings give a worker in a directory. */
export function readWorkerSettings(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): WorkerSettings {
  const settings = [...settingsFiles(root, env), ...MANAGED].map(readSettings);
  const variables = [env, ...settings.map((file) => recordOf(file.env))];
  const models = [
    ...variables.map((some) => Object.entries(some).filter(([name]) => MODEL_VARIABLE.test(name))),
    ...settings.map(({ model }) => (typeof model === 'string' ? [model] : [])),
  ];
  const permissions = settings.map((file) => Object.entries(recordOf(file.permissions)));
  return { model: textOf(models), permissions: textOf(permissions) };
}

/** A text that is equal if and only if the facts are; null if there are none. */
function textOf(facts: readonly (readonly unknown[])[]): string | null {
  return facts.some((some) => some.length > 0) ? JSON.stringify(facts) : null;
}

/** The client ignores settings that it cannot read. */
function readSettings(path: string): Record<string, unknown> {
  try {
    return recordOf(JSON.parse(readRegularFile(path)));
  } catch {
    return {};
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
