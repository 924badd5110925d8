import type { Call } from '../shell/call.ts';
import type { Programs, SavedFile } from '../shell/programs.ts';
import { downloadsOf } from './downloads.ts';
import { findNested } from './find-nested.ts';
import { programOf } from './program-name.ts';
import { outputOf } from './program-output.ts';

/** @param tree the working tree of the agent */
export function knownPrograms(tree: string): Programs {
  return {
    readWords,
    findNested,
    filesSavedBy,
    runsLater,
    outputOf: (call) => outputOf(call, tree),
  };
}

/** Reads the words of a call, so that `docker-compose up` becomes `docker compose up`. */
function readWords(words: readonly string[]): Pick<Call, 'program' | 'name' | 'args'> {
  const [name = '', ...args] = words;
  const program = programOf(name);
  if (program === 'docker-compose' || program === 'podman-compose') {
    return { program: 'docker', name, args: ['compose', ...args] };
  }
  // A toolchain, as in `cargo +nightly test`.
  if (program === 'cargo' && args[0]?.startsWith('+')) args.shift();
  return { program, name, args };
}

/** Files that shells read at their start, and hooks of git. */
const RUNS_LATER =
  /(?:^|\/)(?:\.(?:bash|zsh|ksh)rc|\.(?:bash_|z)?profile|\.zshenv|\.bash_log(?:in|out)|\.(?:git\/hooks|husky)\/[\w-]+)$/;

function runsLater(path: string): boolean {
  return RUNS_LATER.test(path);
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
