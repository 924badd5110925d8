import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = join(import.meta.dirname, '..', '..');
const RECORDINGS = join(PACKAGE, 'test', 'client', 'recordings', '2.1.330');

/** How a fake client begins: `writeFake` has its version answered without a start of Node. */
const FAKE_VERSION = '// version 2.1.330 (Claude Code)';

/**
 * A program that replaces the client as a worker.
 *
 * @param bodies program text for each task, `default` for every other; it may call
 *
 * - `say(line)` prints one line of the client's stream, and `report(text)` the last one
 * - `play(behaviour)` prints the recorded output of the real client, and exits as it did
 * - `swarm(...args)` runs the command as an agent does
 * - `attempt()` counts the workers of this task so far, this one included
 * - `prompt` is the prompt of the worker, and `task` the id of its task
 */
export function fakeClient(bodies: Readonly<Record<string, string>>): string {
  const cases = Object.entries(bodies).map(
    ([task, body]) => `${JSON.stringify(task)}: () => {${body}}`,
  );
  return `${FAKE_VERSION}
const { execFileSync, spawn } = require('node:child_process');
const { appendFileSync, readFileSync } = require('node:fs');
const say = (line) => console.log(JSON.stringify(line));
const report = (result) => say({ type: 'result', subtype: 'success', is_error: false, result });
const prompt = readFileSync(0, 'utf8');
const [, task] = /^swarm:[^/]+[/](\\S+)/.exec(prompt);
const swarm = (...args) => execFileSync(process.execPath, [${JSON.stringify(join(PACKAGE, 'bin', 'swarm'))}, ...args]);
const attempt = () => {
  const file = process.env.HOME + '/attempts-' + task;
  appendFileSync(file, 'x');
  return readFileSync(file, 'utf8').length;
};
const play = (behaviour) => {
  const file = ${JSON.stringify(RECORDINGS)} + '/worker-' + behaviour + '.jsonl';
  const lines = readFileSync(file, 'utf8').trimEnd().split('\\n');
  const { exit, stderr } = JSON.parse(lines.pop());
  for (const line of lines) console.log(line);
  process.stderr.write(stderr);
  process.exitCode = exit;
};
const bodies = { ${cases.join(',\n')} };
(bodies[task] ?? bodies.default)();
`;
}

/** Writes a program that replaces the client into a directory. @returns its path */
export function writeFake(dir: string, source: string): string {
  const path = join(dir, 'fake-claude');
  const program = `${path}.cjs`;
  const version = FAKE_VERSION.replace(/^.*version /, '');
  const shell = `[ "$1" = --version ] && echo "${version}" && exit
exec "${process.execPath}" "${program}" "$@"
`;
  const isPlain = source.startsWith(FAKE_VERSION);
  if (isPlain) writeFileSync(program, source);
  writeFileSync(path, isPlain ? `#!/bin/sh\n${shell}` : `#!${process.execPath}\n${source}`);
  chmodSync(path, 0o755);
  return path;
}

/** Program text with which a worker waits until a file exists in its directory. */
export const untilThere = (file: string, then: string): string =>
  `const at = setInterval(() => require('node:fs').existsSync(${JSON.stringify(file)}) && (clearInterval(at), (() => {${then}})()), 20);`;
