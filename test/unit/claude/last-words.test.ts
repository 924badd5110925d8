import { describe, expect, it, test } from 'vitest';
import {
  blockedPrompt,
  deniedTools,
  isInterim,
  lastWords,
  newWorkerStream,
  readStreamLine,
} from '../../../src/claude/stream-json.ts';
import { outcomeOfExit } from '../../../src/supervisor/executor/worker-outcome.ts';

function read(...lines: object[]) {
  const stream = newWorkerStream();
  for (const line of lines) readStreamLine(stream, JSON.stringify(line));
  return stream;
}

const say = (text: string, more: object = {}) => ({
  type: 'assistant',
  message: { content: [{ type: 'text', text }] },
  ...more,
});
const call = { type: 'assistant', message: { content: [{ type: 'tool_use', name: 'Bash' }] } };
const result = (text: string, more: object = {}) => ({
  ...{ type: 'result', subtype: 'success', is_error: false, result: text },
  ...more,
});
const running = (...types: string[]) => ({
  ...{ type: 'system', subtype: 'background_tasks_changed' },
  tasks: types.map((task_type, index) => ({ task_id: `t${index}`, task_type })),
});
const ended = (status: string) => ({
  ...{ type: 'system', subtype: 'task_notification' },
  ...{ task_id: 't0', status },
});

describe('lastWords', () => {
  it('has all parts of a message that the output limit cut', () => {
    const stream = read(say('first'), call, say('part 1'), say('part 2'), result('part 2'));
    expect(lastWords(stream)).toBe('part 1\npart 2');
  });

  it('keeps the report if a Stop hook sends the worker back until the client ends it', () => {
    const again = say('Nothing more.');
    const stream = read(say('The report.'), again, again, result(''));
    expect(lastWords(stream)).toBe('The report.\nNothing more.');
  });

  it('is only the last turn, and nothing that an agent of the worker said', () => {
    const ofAgent = say('of an agent', { parent_tool_use_id: 'toolu_1' });
    const stream = read(say('I wait.'), result('I wait.'), ofAgent, say('Done.'), result('Done.'));
    expect(lastWords(stream)).toBe('Done.');
  });
});

describe('blockedPrompt', () => {
  /** As clients 2.1.198 to 2.1.332 report it, with exit code 0. */
  const blocked = (text: string) => result(text, { num_turns: 0 });
  const BY_HOOK =
    'UserPromptSubmit operation blocked by hook:\n[node hook.cjs]: POLICY-7\n\nOriginal prompt: swarm:x';

  it.each([
    ['a hook refuses the prompt', BY_HOOK, '[node hook.cjs]: POLICY-7'],
    ['a hook stops the client', 'Operation stopped by hook: POLICY-7', 'POLICY-7'],
  ])('is the reason if %s, and no report', (_, text, reason) => {
    const stream = read(blocked(text));
    expect(blockedPrompt(stream.result)).toBe(reason);
    expect(lastWords(stream)).toBeNull();
    const exit = { code: 0, signal: null, spawnError: null, stderr: '', stream };
    expect(outcomeOfExit(exit)).toMatchObject({ outcome: 'failed', category: 'denied' });
  });

  it('keeps what the worker said before', () => {
    const stream = read(say('The report.'), result('The report.'), blocked(BY_HOOK));
    expect(lastWords(stream)).toBe('The report.');
  });

  it('is null if the worker only quotes it', () => {
    expect(blockedPrompt(read(say(BY_HOOK), result(BY_HOOK, { num_turns: 1 })).result)).toBeNull();
  });
});

describe('isInterim', () => {
  const waits = [running('local_agent'), say('I wait.')];

  it.each([
    ['its agent is still running', [...waits, result('I wait.')]],
    ['its agent was stopped', [...waits, ended('stopped'), running(), result('I wait.')]],
    ['its agent was killed', [...waits, ended('killed'), running(), result('I wait.')]],
  ])('is true if %s', (_, lines) => {
    expect(isInterim(read(...lines), false)).toBe(true);
  });

  it('is false once the worker has said something after its agent ended', () => {
    const lines = [...waits, result('I wait.'), ended('stopped'), running(), say('Done.')];
    expect(isInterim(read(...lines, result('Done.')), true)).toBe(false);
  });

  it('is true with a command in the background only if the worker was asked to end', () => {
    const stream = read(running('local_bash'), say('The server runs.'), result('x'));
    expect(isInterim(stream, false)).toBe(false);
    expect(isInterim(stream, true)).toBe(true);
  });
});

test('names the tools that the client refused, without commands that a gate holds', () => {
  const denial = (tool_name: string, tool_use_id: string) => ({ tool_name, tool_use_id });
  const permission_denials = [denial('Write', 'c1'), denial('Write', 'c2'), denial('Bash', 'c3')];
  const stream = read(result('I could not.', { permission_denials }));
  expect(deniedTools(stream, new Set(['c3']))).toEqual(['Write']);
});
