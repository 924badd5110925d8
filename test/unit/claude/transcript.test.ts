import { expect, it } from 'vitest';
import { readTranscript } from '../../../src/claude/transcript.ts';

const says = (id: string, content: object[], more: object = {}) =>
  JSON.stringify({
    isSidechain: true,
    type: 'assistant',
    message: {
      id,
      model: 'claude-sonnet-4-5',
      content,
      usage: { input_tokens: 10, output_tokens: 5 },
      ...more,
    },
  });

const call = (name: string, input: object) => ({ type: 'tool_use', id: 'x', name, input });

const refused = (content: string) =>
  JSON.stringify({
    type: 'user',
    message: { content: [{ type: 'tool_result', content, is_error: true }] },
  });

it('counts tool calls, files and tokens, without calls of swarm', () => {
  const { work, usage } = readTranscript(
    [
      says('m1', [call('Bash', { command: 'ls' })]),
      // Each block of a message is a line with the usage of the whole message.
      says('m1', [call('Edit', { file_path: '/repo/a.ts' })]),
      says('m2', [call('Bash', { command: 'swarm checkpoint r/a 50 "half"' })]),
      says('m3', [{ type: 'text', text: 'Done.' }]),
    ].join('\n'),
  );

  expect(Object.fromEntries(work.toolCalls)).toEqual({ Bash: 1, Edit: 1 });
  expect([...work.files]).toEqual(['/repo/a.ts']);
  expect(work.model).toBe('claude-sonnet-4-5');
  expect(usage).toMatchObject({ inputTokens: 30, outputTokens: 15, costUsd: null });
});

it.each([
  ['Permission to use Bash has been denied. IMPORTANT: …', 'Bash'],
  ["Claude requested permissions to use WebFetch, but you haven't granted it yet.", 'WebFetch'],
  ["Claude requested permissions to write to /repo/a.ts, but you haven't granted it yet.", 'Edit'],
])('finds the refused tool in %j', (text, tool) => {
  expect([...readTranscript(refused(text)).denied]).toEqual([tool]);
});

it('takes other errors, and text about refusals, for nothing', () => {
  expect(readTranscript(refused('No such file')).denied.size).toBe(0);
  const said = says('m1', [{ type: 'text', text: 'Permission to use Bash has been denied' }]);
  expect(readTranscript(said).denied.size).toBe(0);
  expect(readTranscript('{"type":"assistant"').work.toolCalls.size).toBe(0);
});

const agentCall = (id: string) => ({ type: 'tool_use', id, name: 'Agent', input: {} });
const answer = (call: string, agent: string) => {
  const text = `Async agent launched successfully. (Never quote it.)\nagentId: ${agent} (internal ID)`;
  const content = [{ tool_use_id: call, type: 'tool_result', content: [{ type: 'text', text }] }];
  return JSON.stringify({ type: 'user', message: { role: 'user', content } });
};
const ended = (agent: string) => {
  const content = `<task-notification>\n<task-id>${agent}</task-id>\n<status>completed</status>`;
  return JSON.stringify({ type: 'user', message: { role: 'user', content } });
};
const report = says('r', [call('Bash', { command: "swarm result r/a - <<'X'\nDone.\nX" })]);
const last = says('l', [{ type: 'text', text: 'Done.' }]);

it.each([
  ['its report was stored', [report, last, ended('c1'), ended('c2')], 2],
  ['its last message was written', [ended('c1'), last], 1],
  ['all had ended', [ended('c1'), ended('c2'), report, last], 0],
  ['it had stored a report early and another one later', [report, ended('c1'), report, last], 1],
])('counts the own agents that were running when %s', (_, lines, expected) => {
  const launches = [
    says('m1', [agentCall('t1'), agentCall('t2')]),
    answer('t1', 'c1'),
    answer('t2', 'c2'),
    // The output of another tool that shows a transcript.
    answer('other', 'c3'),
  ];
  expect(readTranscript([...launches, ...lines].join('\n')).work.openAgents).toBe(expected);
});
