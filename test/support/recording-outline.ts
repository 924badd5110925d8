import type { Payload } from './hook-payloads.ts';
import type { Recording } from './recording.ts';

/** Fields whose values affect the product and are the same in each recording. */
const VALUES = new Set([
  'hook_event_name',
  'tool_name',
  'agent_type',
  'error',
  'exit',
  'is_error',
  'is_interrupt',
  'isAsync',
  'reason',
  'source',
  'status',
  'subtype',
  'subagent_type',
  'type',
]);

/** Fields whose content differs from moment to moment. */
const LISTS = new Set(['background_tasks', 'session_crons', 'iterations', 'usage', 'modelUsage']);

/**
 * The part of a recording that must be the same in a new one: for each line its fields with their
 * types, and the values that matter. Lines of different agents overlap, so the order may differ.
 */
export function outlineOf(recording: Recording): string[] {
  return recording.filter(isKept).map(outlineLine).sort();
}

/**
 * Some events depend on timing: the client's own hook events, and the prompt for an agent's end. If
 * an agent ends within a turn, its notification is part of the turn and causes no prompt event.
 */
function isKept(payload: Payload): boolean {
  return !isNotification(payload) && !(payload.type === 'system' && payload.subtype !== 'init');
}

function isNotification({ prompt }: Payload): boolean {
  return String(prompt).includes('<task-notification>');
}

/** The distinct forms of notifications about agents' ends in these recordings. */
export function notificationsOf(recordings: readonly Recording[]): Set<string> {
  return new Set(recordings.flatMap((one) => one.filter(isNotification).map(outlineLine)));
}

function outlineLine(payload: Payload): string {
  const fields = fieldsOf(payload, '').sort();
  const notified = /<status>\w+<\/status>/.exec(String(payload.prompt))?.[0] ?? [];
  return fields.concat(notified).join('\n');
}

function fieldsOf(value: unknown, path: string): string[] {
  if (value === null || typeof value !== 'object') return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, one]) => {
    const name = Array.isArray(value) ? `${path}[]` : `${path}.${key}`;
    if (LISTS.has(key)) return [`${name}: list`];
    if (VALUES.has(key) && typeof one !== 'object') return [`${name} = ${JSON.stringify(one)}`];
    return fieldsOf(one, name);
  });
}

/** The events of an agent whose order is fixed, in that order. */
const ORDER = [
  ['PreToolUse Agent', 'SubagentStart '],
  ['PreToolUse Agent', 'PostToolUse Agent'],
  ['SubagentStart ', 'SubagentStop '],
  ['SubagentStart ', 'StopFailure '],
  ['PostToolUse Agent', 'UserPromptSubmit '],
  ['SubagentStop ', 'UserPromptSubmit '],
  ['StopFailure ', 'UserPromptSubmit '],
  ['PreToolUse TaskStop', 'PostToolUse TaskStop'],
] as const;

/** The pairs of events that violate the order on which the product relies. */
export function disorderOf(recording: Recording): string[] {
  const names = recording.map(
    ({ hook_event_name, tool_name = '' }) => `${hook_event_name} ${tool_name}`,
  );
  return ORDER.filter(([first, second]) => {
    const [one, two] = [names.indexOf(first), names.indexOf(second)];
    return one >= 0 && two >= 0 && one > two;
  }).map((pair) => pair.join(' after '));
}
