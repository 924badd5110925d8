import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Harness } from './hook-harness.ts';
import type { Payload } from './hook-payloads.ts';

/**
 * Recorded hook payloads and worker streams of the real client, by version and behaviour. Ids, paths
 * and times are replaced, so that two recordings of one behaviour are equal.
 */

/** Lines of one behaviour: hook payloads, or a worker's stream with its exit code at the end. */
export type Recording = readonly Payload[];

const DIRECTORY = join(import.meta.dirname, '..', 'client', 'recordings');

/** The recorded clients: dependency by version. */
export const RECORDED_CLIENTS = {
  '2.1.198': 'claude-code-oldest',
  '2.1.330': '@anthropic-ai/claude-code',
  '2.1.332': 'claude-code-newest',
} as const;

export type ClientVersion = keyof typeof RECORDED_CLIENTS;

export const CLIENT_VERSIONS = Object.keys(RECORDED_CLIENTS) as ClientVersion[];

export function writeRecordings(version: string, recordings: Record<string, Recording>): void {
  const dir = join(DIRECTORY, version);
  mkdirSync(dir, { recursive: true });
  for (const [behaviour, lines] of Object.entries(recordings)) {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(join(dir, `${behaviour}.jsonl`), text);
  }
}

export function readRecording(version: ClientVersion, behaviour: string): Recording {
  return readFileSync(join(DIRECTORY, version, `${behaviour}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Payload);
}

/** The recorded behaviours of a version whose names have this prefix. */
export function recordedBehaviours(version: ClientVersion, prefix: string): string[] {
  const dir = join(DIRECTORY, version);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .map((name) => name.replace(/\.jsonl$/, ''))
    .filter((name) => name.startsWith(prefix))
    .sort();
}

/**
 * Sends the payloads of a recorded behaviour to the hooks of a run that has its task.
 *
 * @param change may replace a payload, or omit it by returning null
 */
export function replay(
  harness: Harness,
  recording: Recording,
  change: (payload: Payload) => Payload | null = (payload) => payload,
): void {
  for (const recorded of recording) {
    const payload = change(recorded);
    if (!payload) continue;
    const text = JSON.stringify(payload)
      .replaceAll('RUN', harness.paths.run)
      .replaceAll('SESSION', harness.session.id)
      .replaceAll('/ROOT', harness.root);
    harness.send(JSON.parse(text) as Payload);
  }
}

/** Ids that the scripted model gave to messages and calls. */
const MODEL_ID = /\b(toolu|msg)_[0-9a-f]{8}\d{8}\b/g;

/**
 * Replaces everything that differs between recordings; see {@link Recording}.
 *
 * @param known replacements for known ids; messages and calls are numbered
 */
export function neutralise(
  payloads: readonly Payload[],
  known: ReadonlyMap<string, string>,
): Payload[] {
  const ids = new Map(known);
  const next: Record<string, number> = {};
  for (const name of known.values()) {
    const [, kind, number] = /^(toolu|msg)_(\d+)$/.exec(name) ?? [];
    if (kind) next[kind] = Math.max(next[kind] ?? 0, Number(number));
  }
  for (const [id, kind = ''] of JSON.stringify(payloads).matchAll(MODEL_ID)) {
    if (ids.has(id)) continue;
    next[kind] = (next[kind] ?? 0) + 1;
    ids.set(id, `${kind}_${next[kind]}`);
  }
  return payloads.map((payload) => neutralisePayload(payload, ids));
}

function neutralisePayload(payload: Payload, ids: ReadonlyMap<string, string>): Payload {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return neutralText(value, ids);
    if (typeof value === 'number') return isMeasured(key) ? 0 : value;
    if (Array.isArray(value)) return value.map((one) => walk(one, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]));
  };
  return walk(payload, '') as Payload;
}

const isMeasured = (key: string) => /_ms$|_at$|^(?:ttft|time)/.test(key);

function neutralText(text: string, ids: ReadonlyMap<string, string>): string {
  let neutral = text;
  for (const [id, name] of ids) neutral = neutral.replaceAll(id, name);
  return (
    neutral
      .replace(/\/[\w./-]*\/\.claude\/[\w./-]*/g, '/HOME/.claude/file')
      .replace(/\/[\w./-]*\/tasks\/([\w-]+)\.output/g, '/HOME/tasks/$1.output')
      // The brief is our own text and has tests of its own.
      .replace(
        /^swarm:(RUN\/[\w-]+)\n[\s\S]+(swarm result \1 -)[\s\S]+$/,
        'swarm:$1\nThe brief: $2',
      )
      .replace(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g, 'UUID')
      .replace(/<(duration_ms|subagent_tokens|tool_uses)>\d+</g, '<$1>0<')
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:1')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-01-01T00:00:00.000Z')
  );
}
