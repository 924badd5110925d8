import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPluginServer } from '../test/support/plugin-server.ts';
import { waitUntil } from '../test/support/wait-until.ts';
import { hookStart, payloads, type Start, timeStart } from './support/hook-process.ts';
import { type Benchmark, compareWith, interleave, timesRow } from './support/measure.ts';
import {
  agentName,
  copyCheckout,
  makeCheckout,
  makeRun,
  makeScratch,
  startTasks,
} from './support/sample-run.ts';

const MAX_RATIO = 1.05;

/** Bytes. */
const SIZE = 5_000_000;

/** The end of an agent with a long transcript, with what is read from that and without. */
export const evidenceBenchmark: Benchmark = {
  name: 'evidence',
  title: 'The end of an agent with a transcript of 5 MB, against one without evidence',
  async run(isQuick) {
    using scratch = makeScratch();
    const dataDir = join(scratch.path, 'data');
    await using _ = await startPluginServer(scratch.path, dataDir);
    const template = makeCheckout(scratch, 'template');
    const { run, ...paths } = makeRun(template, 8);
    startTasks({ run, ...paths }, 1, 4);
    const config = join(scratch.path, '.claude');
    const agent = agentName(1);
    const transcript = join(config, 'projects', 'p', 'subagents', `agent-${agent}.jsonl`);
    mkdirSync(join(transcript, '..'), { recursive: true });
    writeFileSync(transcript, transcriptOf(payloads.subagentStop(template, agent)));

    let serial = 0;
    let root = '';
    const end = (path: string, data?: string) => () => {
      root = copyCheckout(scratch, template, `copy-${serial++}`);
      const payload = { ...payloads.subagentStop(root, agent), agent_transcript_path: path };
      const start: Start = hookStart(root, payload, data);
      return timeStart({ ...start, env: { ...start.env, CLAUDE_CONFIG_DIR: config } });
    };
    // Where the client keeps no transcripts, nothing is read.
    const elsewhere = join(scratch.path, `agent-${agent}.jsonl`);
    const times = await interleave(
      {
        without: end(elsewhere, dataDir),
        with: end(transcript, dataDir),
        withoutAlone: end(elsewhere),
        withAlone: end(transcript),
      },
      isQuick ? 30 : 200,
    );
    end(transcript, dataDir)();
    const ledger = join(root, '.swarm', 'runs', run, 'ledger.jsonl');
    await waitUntil(() => readFileSync(ledger, 'utf8').includes('"work.observed"'));
    return [
      timesRow('a report, no evidence', times.without),
      compareWith(times.without, 'a report, evidence from 5 MB', times.with, MAX_RATIO),
      timesRow('a report, no evidence, no server there', times.withoutAlone),
      compareWith(times.withoutAlone, 'the same with evidence', times.withAlone),
    ];
  },
};

/** A transcript such as the client writes: calls of tools, long results, and the last message. */
function transcriptOf({
  last_assistant_message: text,
}: {
  last_assistant_message: string;
}): string {
  const lines: string[] = [];
  for (let size = 0, step = 0; size < SIZE; step++) {
    const line = lineOf(step);
    lines.push(...line);
    size += line.reduce((sum, { length }) => sum + length, 0);
  }
  return [...lines, assistant('last', [{ type: 'text', text }])].map((one) => `${one}\n`).join('');
}

function lineOf(step: number): string[] {
  const id = `toolu_${step}`;
  const call = { type: 'tool_use', id, name: 'Read', input: { file_path: `/repo/src/${step}.ts` } };
  const result = { type: 'tool_result', tool_use_id: id, content: 'const a = 1;\n'.repeat(1_500) };
  return [
    assistant(`msg_${step}`, [{ type: 'text', text: 'Next.' }]),
    assistant(`msg_${step}`, [call]),
    JSON.stringify({ type: 'user', message: { role: 'user', content: [result] } }),
  ];
}

function assistant(id: string, content: readonly object[]): string {
  const usage = { input_tokens: 10, output_tokens: 50, cache_read_input_tokens: 20_000 };
  const message = { id, role: 'assistant', model: 'claude-opus-5-5', content, usage };
  return JSON.stringify({ type: 'assistant', message });
}
