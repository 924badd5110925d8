import type { Call } from '../shell/call.ts';
import type { Nested } from '../shell/programs.ts';

/** By program, where an argument or a line of the input holds a command for the shell. */
const SCRIPTS: ReadonlyMap<string, { argument?: RegExp; line?: RegExp }> = new Map(
  Object.entries({
    tar: { argument: /^--(?:checkpoint-action=exec|to-command|use-compress-program)=(.+)/s },
    rsync: { argument: /^--rsync-path=(.+)/s },
    vim: { argument: /^\+?:?!(.+)|^:?(?:silent\s+)?!(.+)/s },
    vi: { argument: /^\+?:?!(.+)/s },
    nvim: { argument: /^\+?:?!(.+)/s },
    ed: { line: /^!(.+)/ },
    ex: { line: /^:?!(.+)/ },
    sed: { argument: /(?:^|[;\n\d$/}])\s*e\s+([^;\n]+)/ },
    psql: { argument: /\\!\s*(.+)/, line: /^\s*\\!\s*(.+)/ },
    mysql: { argument: /^(?:system|\\!)\s+([^;]+)/, line: /^\s*(?:system|\\!)\s+([^;]+)/ },
    sqlite3: { argument: /^\.(?:shell|system)\s+(.+)/, line: /^\s*\.(?:shell|system)\s+(.+)/ },
    // The lines of a Makefile on the input; targets in files are not read.
    make: { line: /^\t[@-]?(.+)/ },
    npm: { argument: /^scripts\.[\w:.-]+=(.+)/s },
    man: { argument: /^--(?:pager|html)=(.+)/s },
  }),
);

/** By program, options whose value is a command for the shell. */
const OPTIONS: ReadonlyMap<string, RegExp> = new Map([
  ['man', /^-[PH]$/],
  ['rsync', /^(?:-e|--rsh)$/],
  ['tar', /^-I$/],
]);

/** The scripts for the shell that programs take in places of their own. */
export function scriptsInOptions({ program, args, input }: Call): Nested[] {
  const { argument, line } = SCRIPTS.get(program) ?? {};
  const option = OPTIONS.get(program);
  const found = [
    ...(argument ? args.map((arg) => argument.exec(arg)) : []),
    ...(line && typeof input !== 'string' ? input.map((text) => line.exec(text)) : []),
  ].flatMap((match) => match?.slice(1).find(Boolean) ?? []);
  if (option) found.push(...args.filter((_, index) => option.test(args[index - 1] ?? '')));
  if (program === 'gh' && args[0] === 'alias' && args[1] === 'set') {
    found.push(
      ...args.slice(3).map((text) => (text.startsWith('!') ? text.slice(1) : `gh ${text}`)),
    );
  }
  return found.map((text) => ({ text, positional: [] }));
}
