import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resumeRun } from '../../../src/operations/resume-run.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';
import { fakeSession, type Payload } from '../../support/hook-payloads.ts';
import { inSession } from '../../support/host.ts';

/** The line that client 2.1.330 writes into the transcript when the person presses Esc. */
const interruption = (at: string, text = '[Request interrupted by user]'): Payload => ({
  type: 'user',
  isSidechain: false,
  timestamp: at,
  message: { role: 'user', content: [{ type: 'text', text }] },
});

function writeTranscript({ context, session }: Harness, ...lines: Payload[]): string {
  mkdirSync(context.transcripts, { recursive: true });
  const path = join(context.transcripts, `${session.id}.jsonl`);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

/** The person presses Esc. @returns a function that adds the transcript to an event */
function interrupt(harness: Harness, text?: string): (event: Payload) => Payload {
  const transcript_path = writeTranscript(harness, interruption(harness.context.now(), text));
  return (event) => ({ ...event, transcript_path });
}

const textOf = (output: unknown) => JSON.stringify(output);

describe('a session that the person has interrupted', () => {
  it.each(['[Request interrupted by user]', '[Request interrupted by user for tool use]'])(
    'holds no turn and names the run once: %s',
    async (text) => {
      await using harness = await openHarness({ a: [], b: [] });
      const { run } = harness.paths;
      const inTranscript = interrupt(harness, text);
      const asked = textOf(harness.send(inTranscript(harness.session.prompt('What is 2 + 2?'))));
      expect(asked).toContain(`/swarm-resume ${run}`);
      expect(asked).toContain(`/swarm-cancel ${run}`);
      expect(asked).not.toContain('Launch now');
      expect(harness.send(inTranscript(harness.session.turnEnd()))).toBeNull();
      expect(harness.send(inTranscript(harness.session.prompt('And 3 + 3?')))).toBeNull();
    },
  );

  it('holds no turn even if no prompt came between', async () => {
    await using harness = await openHarness({ a: [] });
    expect(harness.send(interrupt(harness)(harness.session.turnEnd()))).toBeNull();
  });

  it('launches nothing at a notification, and keeps the report', async () => {
    await using harness = await openHarness({ a: [], b: ['a'] });
    harness.launch('a');
    harness.link('a');
    const inTranscript = interrupt(harness);
    harness.send(inTranscript(harness.session.subagentStop('aa', 'Report of a')));
    const note = { taskId: 'aa', toolUseId: 'toolu_a', result: 'Report of a' };
    const told = textOf(harness.send(inTranscript(harness.session.notification(note))));
    expect(told).toContain('1 of 2 tasks completed');
    expect(told).toContain('launch nothing');
    expect(told).not.toContain('Launch now');
    expect(harness.report('a')).toBe('Report of a');
  });

  it('continues when the person resumes the run', async () => {
    await using harness = await openHarness({ a: [] });
    const inTranscript = interrupt(harness);
    harness.send(inTranscript(harness.session.prompt('Stop')));
    const host = { ...harness.context, ...inSession(harness.session.id) };
    resumeRun(harness.load(), host);
    expect(textOf(harness.send(inTranscript(harness.session.turnEnd())))).toContain('Launch now');
  });

  it('continues when the model launches what the person asked for', async () => {
    await using harness = await openHarness({ a: [], b: [] });
    const inTranscript = interrupt(harness);
    harness.send(inTranscript(harness.session.prompt('Go on with the run')));
    harness.launch('a');
    expect(textOf(harness.send(inTranscript(harness.session.turnEnd('aa'))))).toContain(
      harness.token('b'),
    );
  });

  it('stays paused if another session only looks at the run', async () => {
    await using harness = await openHarness({ a: [] });
    harness.send(interrupt(harness)(harness.session.prompt('Stop')));
    resumeRun(harness.load(), harness.context);
    expect(harness.load().state.pause).toBe('interrupted');
  });
});

describe('a session that the person has ended', () => {
  it('launches nothing when it is continued, and names the run', async () => {
    await using harness = await openHarness({ a: [], b: [] });
    harness.launch('a');
    harness.link('a');
    harness.send(harness.session.sessionEnd('prompt_input_exit'));
    const started = textOf(harness.send(harness.session.sessionStart('resume')));
    expect(started).toContain('interrupted at 0%: a');
    expect(started).toContain(`/swarm-resume ${harness.paths.run}`);
    expect(started).not.toMatch(/Launch now|SendMessage\(/);
    expect(harness.send(harness.session.turnEnd())).toBeNull();
    const host = { ...harness.context, ...inSession(harness.session.id) };
    resumeRun(harness.load(), host);
    expect(textOf(harness.send(harness.session.turnEnd()))).toContain('Launch now');
  });

  it('is continued at once if its client was only terminated', async () => {
    await using harness = await openHarness({ a: [] });
    harness.launch('a');
    harness.send(harness.session.sessionEnd('other'));
    const started = textOf(harness.send(harness.session.sessionStart('resume')));
    expect(started).toContain('Launch now');
  });
});

describe('a session that was not interrupted', () => {
  it.each<[string, (at: string) => Payload]>([
    ['the person quotes the line', (at) => interruption(at, 'Why [Request interrupted by user]?')],
    [
      'a tool prints the line',
      (at) => ({
        ...interruption(at),
        message: {
          role: 'user',
          content: [{ type: 'tool_result', content: '[Request interrupted by user]' }],
        },
      }),
    ],
    ['it was before the run', () => interruption('2020-01-01T00:00:00.000Z')],
    ['the line is damaged', () => ({ type: 'user', message: '[Request interrupted by user]' })],
  ])('is told to launch: %s', async (_, line) => {
    await using harness = await openHarness({ a: [] });
    const transcript_path = writeTranscript(harness, line(harness.context.now()));
    const end = { ...harness.session.turnEnd(), transcript_path };
    expect(textOf(harness.send(end))).toContain('Launch now');
  });

  it('is told to launch if its transcript is not where the client keeps them', async () => {
    await using harness = await openHarness({ a: [] });
    const transcript_path = join(harness.root, `${harness.session.id}.jsonl`);
    writeFileSync(transcript_path, JSON.stringify(interruption(harness.context.now())));
    const end = { ...harness.session.turnEnd(), transcript_path };
    expect(textOf(harness.send(end))).toContain('Launch now');
  });

  it('is told to launch if its transcript is missing or is another file', async () => {
    await using harness = await openHarness({ a: [] });
    const other = writeTranscript(harness, interruption(harness.context.now()));
    const session = fakeSession(harness.root, 'another');
    harness.send({ ...session.prompt('x'), transcript_path: other });
    const end = { ...harness.session.turnEnd(), transcript_path: '/nowhere/else.jsonl' };
    expect(textOf(harness.send(end))).toContain('Launch now');
  });
});
