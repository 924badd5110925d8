import { arch, cpus, platform } from 'node:os';
import { parseArgs } from 'node:util';
import { agentRowsBenchmark } from './agent-rows.ts';
import { checkpointLatencyBenchmark } from './checkpoint-latency.ts';
import { commandPolicyBenchmark } from './command-policy.ts';
import { commandStartBenchmark } from './command-start.ts';
import { conversationTokensBenchmark } from './conversation-tokens.ts';
import { eightAgentsBenchmark } from './eight-agents.ts';
import { evidenceBenchmark } from './evidence.ts';
import { executeRunBenchmark } from './execute-run.ts';
import { foldLedgerBenchmark } from './fold-ledger.ts';
import { hookStartBenchmark } from './hook-start.ts';
import { hubBenchmark } from './hub.ts';
import { idleWatcherBenchmark } from './idle-watcher.ts';
import { mcpServerBenchmark } from './mcp-server.ts';
import { mergeBranchesBenchmark } from './merge-branches.ts';
import { paneLatencyBenchmark } from './pane-latency.ts';
import { promptBenchmark } from './prompt.ts';
import { sessionBenchmark } from './session.ts';
import { snapshotBenchmark } from './snapshot.ts';
import type { Row } from './support/measure.ts';
import { toolCallsBenchmark } from './tool-calls.ts';
import { twentyAgentsBenchmark } from './twenty-agents.ts';
import { webhooksBenchmark } from './webhooks.ts';

/**
 * Runs the benchmarks and prints a table for each. A missed goal is shown but is not a failure,
 * because times depend on the machine.
 *
 *     tsx bench/run.ts [--quick] [--plugin-dir DIR] [hook] [commands] [rows] [wave] [latency]
 *       [fold] [idle] [calls] [twenty] [run] [pane] [mcp] [session] [prompt] [policy] [merge]
 *       [evidence] [webhooks] [hub] [snapshot] [tokens]
 *
 * `session` and `prompt` also measure the plugin in DIR.
 */
const BENCHMARKS = [
  hookStartBenchmark,
  commandStartBenchmark,
  agentRowsBenchmark,
  eightAgentsBenchmark,
  checkpointLatencyBenchmark,
  foldLedgerBenchmark,
  idleWatcherBenchmark,
  toolCallsBenchmark,
  twentyAgentsBenchmark,
  evidenceBenchmark,
  executeRunBenchmark,
  paneLatencyBenchmark,
  mcpServerBenchmark,
  sessionBenchmark,
  promptBenchmark,
  commandPolicyBenchmark,
  webhooksBenchmark,
  hubBenchmark,
  mergeBranchesBenchmark,
  snapshotBenchmark,
  conversationTokensBenchmark,
];

const say = (text = ''): void => void process.stdout.write(`${text}\n`);

const HEADINGS = { what: '', p50: 'p50', p99: 'p99', ratio: 'ratio', goal: 'goal' };

function renderTable(rows: readonly Row[]): string {
  const cells = [
    Object.values(HEADINGS).concat(''),
    ...rows.map((row) => [
      row.what,
      row.p50,
      row.p99,
      row.ratio ?? '',
      row.goal ?? '',
      row.isMet === undefined ? '' : row.isMet ? 'met' : 'MISSED',
    ]),
  ];
  const widths = cells[0]?.map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  return cells
    .map((line) => {
      const padded = line.map((cell, column) => {
        const width = widths?.[column] ?? 0;
        return column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);
      });
      return `  ${padded.join('  ')}`.trimEnd();
    })
    .join('\n');
}

const { values: options, positionals: names } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, 'plugin-dir': { type: 'string' } },
  allowPositionals: true,
});
const pluginDir = options['plugin-dir'];
const unknown = names.filter((name) => !BENCHMARKS.some((one) => one.name === name));
if (unknown.length > 0) {
  const known = BENCHMARKS.map((one) => one.name).join(', ');
  process.stderr.write(`expected ${known}, found ${unknown.join(', ')}\n`);
  process.exit(2);
}

say(`Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model}`);
for (const benchmark of BENCHMARKS) {
  if (names.length > 0 && !names.includes(benchmark.name)) continue;
  say(`\n${benchmark.title}`);
  say(renderTable(await benchmark.run(options.quick, { ...(pluginDir && { pluginDir }) })));
}
