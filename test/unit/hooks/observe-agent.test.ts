import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

function writeTranscript({ context }: Harness, agent: string): string {
  mkdirSync(context.transcripts, { recursive: true });
  const path = join(context.transcripts, `agent-${agent}.jsonl`);
  const content = [{ type: 'tool_use', id: 'x', name: 'Bash', input: { command: 'ls' } }];
  const usage = { input_tokens: 7, output_tokens: 3 };
  const message = { id: 'm', model: 'claude-opus-4-1', content, usage };
  writeFileSync(path, `${JSON.stringify({ type: 'assistant', message })}\n`);
  return path;
}

async function end(harness: Harness, agent_transcript_path: string): Promise<void> {
  harness.launch('a');
  harness.link('a');
  harness.send({ ...harness.session.subagentStop('aa', 'Done.'), agent_transcript_path });
  await harness.settle();
}

it('records what an agent did, from its transcript', async () => {
  await using harness = await openHarness({ a: [] });
  await end(harness, writeTranscript(harness, 'aa'));

  expect(harness.task('a')).toMatchObject({
    status: 'completed',
    evidence: { toolCalls: { Bash: 1 }, filesChanged: [], permissionDenials: [] },
    warnings: [],
    model: 'claude-opus-4-1',
    usage: { inputTokens: 7, outputTokens: 3, costUsd: null },
  });
});

it('answers before it reads the transcript', async () => {
  await using harness = await openHarness({ a: [] });
  const agent_transcript_path = writeTranscript(harness, 'aa');
  harness.launch('a');
  harness.link('a');
  harness.send({ ...harness.session.subagentStop('aa', 'Done.'), agent_transcript_path });

  expect(harness.task('a')).toMatchObject({ status: 'completed', evidence: null });
});

it('reads no file that is not the transcript of this agent', async () => {
  for (const path of ['/etc/passwd', 'agent-other.jsonl', '../agent-aa.jsonl']) {
    await using harness = await openHarness({ a: [] });
    writeTranscript(harness, 'other');
    writeFileSync(join(harness.root, 'agent-aa.jsonl'), '');
    await end(harness, join(harness.context.transcripts, path));

    expect([path, harness.task('a').evidence]).toEqual([path, null]);
  }
});
