import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expireAttempts } from '../../../src/operations/expire-attempts.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';
import type { Payload } from '../../support/hook-payloads.ts';

const INTERIM = 'It runs, and I wait for its end.';
const TRUE = 'The report: 3 of 4 checks passed.';
const DONE = { taskId: 'aa', toolUseId: 'toolu_a' };

/** The notification of client 2.1.330 about an agent that will be resumed by its own shell. */
const WAITS = {
  ...DONE,
  summary: 'Agent "Do a" is waiting on its own background work',
  result: INTERIM,
};

async function openWithAgent(config: object = {}): Promise<Harness> {
  const harness = await openHarness({ a: [], b: ['a'] }, config);
  harness.launch('a');
  harness.link('a');
  return harness;
}

const decisionOf = (output: unknown) => JSON.stringify(output ?? null);

let calls = 0;

const launchOfB = (harness: Harness) =>
  decisionOf(harness.deliver(harness.session.preAgent(`toolu_b${calls++}`, harness.token('b'))));

function expectReport(harness: Harness, text: string): void {
  expect(harness.task('a').status).toBe('completed');
  expect(harness.report('a')).toBe(text);
  expect(launchOfB(harness)).toContain('"permissionDecision":"allow"');
}

/** The end of the turn, while the client has only the agent's own shell. */
function endOfTurn({ session }: Harness, ...commands: string[]): Payload {
  const tasks = commands.map((command, index) => ({ id: `b${index}`, type: 'shell', command }));
  return { ...session.turnEnd(), background_tasks: tasks };
}

describe('an agent that waits for its own background command', () => {
  it('is running until it has ended, and its true report is stored', async () => {
    await using harness = await openWithAgent();
    const { session, deliver } = harness;
    deliver(session.subagentStop('aa', INTERIM));
    expect(launchOfB(harness)).toContain('needs a first');
    expect(decisionOf(deliver(session.notification(WAITS)))).not.toContain(harness.token('b'));
    expect(harness.task('a').status).toBe('working');
    deliver(endOfTurn(harness, 'npm test', 'swarm watch x'));
    expect(harness.task('a').status).toBe('working');
    deliver(session.subagentStart('aa'));
    deliver(session.subagentStop('aa', TRUE));
    deliver(session.notification({ ...DONE, toolUseId: null, result: TRUE }));
    expectReport(harness, TRUE);
  });

  it('is lost if its command is gone and it was never resumed', async () => {
    await using harness = await openWithAgent();
    harness.deliver(harness.session.subagentStop('aa', INTERIM));
    harness.deliver(harness.session.notification(WAITS));
    harness.deliver(endOfTurn(harness, 'swarm watch x'));
    expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'lost' } });
  });

  it('has failed if it fails later', async () => {
    await using harness = await openWithAgent();
    harness.deliver(harness.session.subagentStop('aa', INTERIM));
    harness.deliver(harness.session.notification(WAITS));
    harness.deliver(harness.session.stopFailure('aa', 'unknown', 'API Error: 400 bad'));
    expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'fatal' } });
  });

  it('is interrupted if its client ends', async () => {
    await using harness = await openWithAgent();
    harness.deliver(harness.session.subagentStop('aa', INTERIM));
    harness.deliver(harness.session.notification(WAITS));
    harness.deliver(harness.session.sessionEnd('other'));
    expect(harness.task('a')).toMatchObject({ status: 'pending', result: null });
  });
});

describe('an agent that another hook sends back', () => {
  it.each([true, false])('reports what it says last; it used tools: %s', async (usesTools) => {
    await using harness = await openWithAgent();
    const { session, deliver } = harness;
    deliver(session.subagentStop('aa', INTERIM));
    if (usesTools) deliver(session.bash('npm test', 'aa'));
    expect(launchOfB(harness)).toContain('needs a first');
    deliver({ ...session.subagentStop('aa', TRUE), stop_hook_active: true });
    deliver(session.notification({ ...DONE, result: TRUE }));
    expectReport(harness, TRUE);
  });

  it('is interrupted if its client ends while it works on', async () => {
    await using harness = await openWithAgent();
    harness.deliver(harness.session.subagentStop('aa', INTERIM));
    harness.deliver(harness.session.bash('npm test', 'aa'));
    harness.deliver(harness.session.sessionEnd('other'));
    expect(harness.task('a')).toMatchObject({ status: 'pending', result: null });
  });
});

describe('an agent that ended its turn', () => {
  it.each<[string, (harness: Harness) => void]>([
    ['its session ends', ({ deliver, session }) => deliver(session.sessionEnd('other'))],
    ['the client no longer has it', ({ deliver, session }) => deliver(session.turnEnd())],
    [
      'its time is over',
      (harness) => {
        harness.context.sleep(3_600_000);
        expireAttempts(harness.load(), harness.context);
      },
    ],
  ])('has reported if %s before the notification', async (_, event) => {
    await using harness = await openWithAgent();
    harness.deliver(harness.session.subagentStop('aa', TRUE));
    event(harness);
    expectReport(harness, TRUE);
  });

  it('never stalls', async () => {
    await using harness = await openWithAgent({ tiers: { medium: { heartbeatTimeout: '10s' } } });
    harness.deliver(harness.session.subagentStop('aa', TRUE));
    harness.context.sleep(60_000);
    expireAttempts(harness.load(), harness.context);
    expect(harness.task('a').error).toBeNull();
  });
});

describe('an agent at its turn limit', () => {
  it('has failed, and what it said last is kept', async () => {
    await using harness = await openWithAgent();
    const result =
      'NOTE: this agent stopped at its 3-turn limit before finishing. The text below is PARTIAL output — treat it as such.\n\nPART 2';
    const summary =
      'Agent "Do a" stopped at its 3-turn limit (partial result; send it a message to continue)';
    harness.deliver(harness.session.notification({ ...DONE, summary, result }));
    const { status, error } = harness.task('a');
    expect(status).toBe('failed');
    expect(error).toEqual({
      category: 'fatal',
      message: 'it stopped at its turn limit before it had finished; it last said: PART 2',
    });
    expect(launchOfB(harness)).toContain('"permissionDecision":"deny"');
  });
});

describe('a last message that the output limit cut', () => {
  const part = (number: number, stop_reason: string, type = 'text') => ({
    type: 'assistant',
    message: {
      id: `msg_${number}`,
      stop_reason,
      content: type === 'text' ? [{ type, text: `PART ${number}` }] : [{ type, name: 'Bash' }],
    },
  });
  const user = { type: 'user', isMeta: true, message: { content: 'Output token limit hit.' } };

  async function reportAfter(...lines: object[]): Promise<string | null> {
    await using harness = await openWithAgent();
    mkdirSync(harness.context.transcripts);
    const agent_transcript_path = join(harness.context.transcripts, 'agent-aa.jsonl');
    writeFileSync(agent_transcript_path, lines.map((line) => JSON.stringify(line)).join('\n'));
    harness.send({ ...harness.session.subagentStop('aa', 'PART 3'), agent_transcript_path });
    return harness.report('a');
  }

  it('is stored with all parts', async () => {
    const lines = [part(1, 'max_tokens'), user, part(2, 'max_tokens'), user, part(3, 'end_turn')];
    expect(await reportAfter(...lines)).toBe('PART 1\nPART 2\nPART 3');
  });

  it('begins after the last tool call', async () => {
    const lines = [part(1, 'tool_use', 'tool_use'), part(2, 'max_tokens'), part(3, 'end_turn')];
    expect(await reportAfter(...lines)).toBe('PART 2\nPART 3');
  });

  it('is awaited in the transcript', async () => {
    await using harness = await openWithAgent();
    mkdirSync(harness.context.transcripts);
    const agent_transcript_path = join(harness.context.transcripts, 'agent-aa.jsonl');
    writeFileSync(agent_transcript_path, JSON.stringify(part(1, 'max_tokens')));
    harness.context.sleep = () => {
      appendFileSync(agent_transcript_path, `\n${JSON.stringify(part(3, 'end_turn'))}\n`);
    };
    harness.send({ ...harness.session.subagentStop('aa', 'PART 3'), agent_transcript_path });
    expect(harness.report('a')).toBe('PART 1\nPART 3');
  });

  it('is not awaited if the transcript has it in blocks', async () => {
    await using harness = await openWithAgent();
    mkdirSync(harness.context.transcripts);
    const agent_transcript_path = join(harness.context.transcripts, 'agent-aa.jsonl');
    const blocks = [
      { type: 'text', text: 'One.' },
      { type: 'text', text: 'Two.' },
    ];
    const line = part(1, 'end_turn');
    line.message.content = blocks;
    writeFileSync(agent_transcript_path, JSON.stringify(line));
    harness.context.sleep = () => expect.unreachable();
    harness.send({ ...harness.session.subagentStop('aa', 'One.\n\nTwo.'), agent_transcript_path });
    expect(harness.report('a')).toBe('One.\n\nTwo.');
  });

  it.each([
    ['is not cut', [part(2, 'end_turn'), user, part(3, 'end_turn')]],
    ['is not in the transcript', [part(2, 'max_tokens')]],
    ['is in a damaged transcript', [{ type: 'assistant' }]],
  ])('is its last part if it %s', async (_, lines) => {
    expect(await reportAfter(...lines)).toBe('PART 3');
  });

  it('is read from no file outside of the directory of transcripts', async () => {
    await using harness = await openWithAgent();
    const agent_transcript_path = join(harness.root, 'agent-aa.jsonl');
    const lines = [part(1, 'max_tokens'), part(3, 'end_turn')];
    writeFileSync(agent_transcript_path, lines.map((line) => JSON.stringify(line)).join('\n'));
    harness.send({ ...harness.session.subagentStop('aa', 'PART 3'), agent_transcript_path });
    expect(harness.report('a')).toBe('PART 3');
  });

  it('is read from no other file', async () => {
    await using harness = await openWithAgent();
    mkdirSync(harness.context.transcripts);
    const path = join(harness.context.transcripts, 'agent-other.jsonl');
    writeFileSync(
      path,
      [part(1, 'max_tokens'), part(3, 'end_turn')].map((l) => JSON.stringify(l)).join('\n'),
    );
    harness.send({
      ...harness.session.subagentStop('aa', 'PART 3'),
      agent_transcript_path: path,
    });
    expect(harness.report('a')).toBe('PART 3');
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(harness.paths.summary, 'utf8')).not.toContain('PART 1');
  });
});
