import type { Call } from '../shell/call.ts';
import type { Programs, SavedFile } from '../shell/programs.ts';
import { downloadsOf } from './downloads.ts';
import { findNested } from './find-nested.ts';
import { programOf } from './program-name.ts';
import { outputOf } from './program-output.ts';

/** @param tree the working tree of the agent */
export function knownPrograms(tree: string): Programs {
  return { readCall, findNested, filesSavedBy, outputOf: (call) => outputOf(call, tree) };
}

/** Reads the words of a call, so that `docker-compose up` becomes `docker compose up`. */
function readCall(words: readonly string[], rest: Pick<Call, 'cwd' | 'input' | 'readFile'>): Call {
  const [name = '', ...args] = words;
  const program = programOf(name);
  if (program === 'docker-compose' || program === 'podman-compose') {
    return { ...rest, program: 'docker', name, args: ['compose', ...args] };
  }
  // A toolchain, as in `cargo +nightly test`.
  if (program === 'cargo' && args[0]?.startsWith('+')) args.shift();
  return { ...rest, program, name, args };
}

function filesSavedBy(call: Call): SavedFile[] {
  const copies = call.program === 'tee' ? call.args : [];
  return [
    ...copies.map((path): SavedFile => ({ path, content: call.input })),
    ...downloadsOf(call).map((path): SavedFile => ({ path, content: 'unknown' })),
  ];
}

/** Variables that conventionally name a program. */
export const CONVENTIONAL_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['BASH', 'bash'],
  ['CARGO', 'cargo'],
  ['CC', 'cc'],
  ['CXX', 'c++'],
  ['EDITOR', 'editor'],
  ['GO', 'go'],
  ['JAVA', 'java'],
  ['MAKE', 'make'],
  ['NODE', 'node'],
  ['PAGER', 'less'],
  ['PERL', 'perl'],
  ['PIP', 'pip'],
  ['PYTHON', 'python'],
  ['PYTHON3', 'python'],
  ['RUBY', 'ruby'],
  ['SHELL', 'sh'],
  ['SUDO', 'sudo'],
]);
