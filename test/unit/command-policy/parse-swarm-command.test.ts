import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOwnCommand } from '../../../src/command-policy/parse-swarm-command.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const REF = '20261122-181530-412abc/routes';

/** Commands that are one plain call, with their arguments and their input. */
const ALLOWED: [string, string[], (string | null)?][] = [
  ['swarm status', ['status']],
  ['  swarm\tstatus  ', ['status']],
  ['swarm status;', ['status']],
  ['swarm status\n', ['status']],
  ['\n\nswarm status\n\n', ['status']],
  ['swarm status # how far?', ['status']],
  ['# how far?\nswarm status', ['status']],
  ['swarm status \\\n  --json', ['status', '--json']],
  ['swarm "status"', ['status']],
  ["swarm 'sta'tus", ['status']],
  ['swarm st\\atus', ['status']],
  ['swarm status a#b', ['status', 'a#b']],
  ['swarm status a=b', ['status', 'a=b']],
  ['swarm status -- x', ['status', '--', 'x']],
  [`swarm checkpoint ${REF} 40 "12 of 30 files"`, ['checkpoint', REF, '40', '12 of 30 files']],
  [
    `swarm checkpoint ${REF} 40 'it''s $HOME; \`ls\`'`,
    ['checkpoint', REF, '40', 'its $HOME; `ls`'],
  ],
  [
    `swarm checkpoint ${REF} 40 "a \\$(ls) \\\`b\\\` \\"c\\""`,
    ['checkpoint', REF, '40', 'a $(ls) `b` "c"'],
  ],
  [
    `swarm checkpoint ${REF} 40 "* {a,b} ~ ? [x] !! & | > <"`,
    ['checkpoint', REF, '40', '* {a,b} ~ ? [x] !! & | > <'],
  ],
  [`swarm checkpoint ${REF} 40 "5 $ or 6$"`, ['checkpoint', REF, '40', '5 $ or 6$']],
  [`swarm checkpoint ${REF} 40 \\$=x`, ['checkpoint', REF, '40', '$=x']],
  [`swarm checkpoint ${REF} 40 "at:~5 files"`, ['checkpoint', REF, '40', 'at:~5 files']],
  [`swarm checkpoint ${REF} 40 "über 🙂 日本"`, ['checkpoint', REF, '40', 'über 🙂 日本']],
  [`swarm checkpoint ${REF} 40 'two\nlines'`, ['checkpoint', REF, '40', 'two\nlines']],
  [`swarm result ${REF} - <<'EOF'\nreport\nEOF`, ['result', REF, '-'], 'report\n'],
  [`swarm result ${REF} - <<'EOF'\n\nEOF\n`, ['result', REF, '-'], '\n'],
  [`swarm result ${REF} - <<'EOF'\nEOF\n`, ['result', REF, '-'], ''],
  [`swarm result ${REF} - <<"EOF"\n$(x) \`y\` $z\nEOF\n`, ['result', REF, '-'], '$(x) `y` $z\n'],
  [`swarm result ${REF} - <<\\EOF\n$(x)\nEOF\n`, ['result', REF, '-'], '$(x)\n'],
  [
    `swarm result ${REF} - <<EOF\nplain 'text' "here" * ~\nEOF\n`,
    ['result', REF, '-'],
    `plain 'text' "here" * ~\n`,
  ],
  [
    `swarm result ${REF} - <<'EOF'\n EOF\nEOF \n<<'X'\nEOF\n`,
    ['result', REF, '-'],
    " EOF\nEOF \n<<'X'\n",
  ],
  [`swarm result ${REF} - <<'EOF'\na\\\nb\\\\\nEOF\n`, ['result', REF, '-'], 'a\\\nb\\\\\n'],
  [`swarm result ${REF} - <<'EOF' # stored\nx\nEOF\n# done\n`, ['result', REF, '-'], 'x\n'],
  [`swarm result <<'EOF' ${REF} -\nx\nEOF\n`, ['result', REF, '-'], 'x\n'],
];

const DENIED = [
  // Nothing to call.
  '',
  ' ',
  '# swarm status',
  'swarm',
  "swarm <<'EOF'\nx\nEOF\n",
  // Several commands.
  'swarm status; ls',
  'swarm status;ls',
  'swarm status && ls',
  'swarm status || ls',
  'swarm status | cat',
  'swarm status |& cat',
  'ls | swarm status',
  'swarm status & ls',
  'swarm status &',
  'ls; swarm status',
  'swarm status\nls',
  'swarm status\r\nls',
  'swarm status #\nls',
  'swarm status # \\\nls',
  "swarm status #'\nls #'",
  'swarm status a\\\nb; ls',
  'swarm status; swarm list',
  'swarm status &&',
  'swarm status ;;',
  // Inside another construct.
  '(swarm status)',
  '{ swarm status; }',
  '! swarm status',
  'time swarm status',
  'coproc swarm status',
  'if swarm status; then ls; fi',
  'for i in 1; do swarm status; done',
  'swarm() { ls; }',
  'function swarm { ls; }',
  'swarm() { ls; }; swarm status',
  'alias swarm=ls\nswarm status',
  // With a changed environment.
  'A=1 swarm status',
  'PATH=/tmp swarm status',
  'LD_PRELOAD=x swarm status',
  // Another program.
  'swarmx status',
  './swarm status',
  '/usr/bin/swarm status',
  'command swarm status',
  'env swarm status',
  'eval swarm status',
  'timeout 5 swarm status',
  'bash -c "swarm status"',
  'echo "swarm status"',
  "s''warm status",
  "'swarm' status",
  '"swarm" status',
  '\\swarm status',
  'sw\\\narm status',
  "$'swarm' status",
  '$swarm status',
  'ѕwarm status',
  'swаrm status',
  'ｓwarm status',
  'swarm\u00a0status',
  'swarm\u200b status',
  // Redirections.
  'swarm status > f',
  'swarm status >> f',
  'swarm status >| f',
  'swarm status 2>&1',
  'swarm status &> f',
  'swarm status 2> f',
  'swarm status < f',
  'swarm status <> f',
  'swarm status 3< f',
  'swarm status {fd}> f',
  '> f swarm status',
  'swarm > f status',
  "swarm result x - <<'EOF' > f\nx\nEOF\n",
  'swarm status <<< x',
  'swarm status <<< "$(ls)"',
  // Expansions.
  'swarm status $x',
  'swarm status "$x"',
  `swarm status \${x}`,
  `swarm status "\${x:=y}"`,
  'swarm status $(ls)',
  'swarm status "$(ls)"',
  'swarm status `ls`',
  'swarm status "`ls`"',
  'swarm status $((1 + 1))',
  'swarm status $[1 + 1]',
  "swarm status $'a'",
  'swarm status $"a"',
  'swarm "$@"',
  'swarm status $@',
  'swarm status <(ls)',
  'swarm status >(ls)',
  'swarm status =(ls)',
  'swarm status =ls',
  'swarm status $=x',
  'swarm status "a $~x"',
  'swarm status a$^x',
  'swarm status $+x',
  'swarm status \\\\$=x',
  'swarm status $é',
  'swarm status *',
  'swarm status a?',
  'swarm status [ab]',
  'swarm status !(a)',
  'swarm status @(a|b)',
  'swarm status {a,b}',
  'swarm status {1..3}',
  'swarm status ~',
  'swarm status ~/x',
  'swarm status ~root',
  'swarm status ~"/x"',
  'swarm status a=~/x',
  'swarm status a=(1 2)',
  'swarm a[$(ls)]=1',
  // Here-documents.
  'swarm result x - <<EOF\n$(ls)\nEOF\n',
  'swarm result x - <<EOF\n`ls`\nEOF\n',
  'swarm result x - <<EOF\n$HOME\nEOF\n',
  'swarm result x - <<EOF\n$[\nEOF\n',
  `swarm result x - <<EOF\n\${x:=y}\nEOF\n`,
  'swarm result x - <<EOF\n$((1))\nEOF\n',
  "swarm result x - <<EOF\n'$(ls)'\nEOF\n",
  'swarm result x - <<EOF\n\\\\$(ls)\nEOF\n',
  'swarm result x - <<EOF\n\\$(ls)\nEOF\n',
  'swarm result x - <<EOF\nEO\\\nF\nls\nEOF\n',
  "swarm result x - <<-'EOF'\n\tx\n\tEOF\n",
  "swarm result x - <<'EOF'\nx",
  "swarm result x - <<'EOF'\nx\nEOF\nls",
  "swarm result x - <<'EOF'\nx\nEOF\nls\nEOF\n",
  "swarm result x - <<'EOF'; ls\nx\nEOF\n",
  "swarm result x - <<'EOF' && ls\nx\nEOF\n",
  "swarm result x - <<'EOF' | ls\nx\nEOF\n",
  "swarm result x - <<'EOF' &\nx\nEOF\n",
  "swarm result x - <<'A' <<'B'\nx\nA\ny\nB\n",
  "swarm result x - <<'EOF' $(ls)\nx\nEOF\n",
  "swarm result x - 3<<'EOF'\nx\nEOF\n",
  "swarm result x - 0<<'EOF'\nx\nEOF\n",
  "<<'EOF' swarm result x -\nx\nEOF\n",
  "cat <<'EOF' | swarm result x -\nx\nEOF\n",
  "swarm result x - <<''\nx\n\nls\n",
  "swarm result x - <<'EOF'\r\nx\r\nEOF\r\nls\r\n",
  // Broken.
  'swarm status "',
  "swarm status '",
  'swarm status )',
  'swarm status `',
  'swarm status $(',
  'swarm status $[',
  'swarm status "$["',
  'swarm(status',
  'swarm ( status',
];

/** Additions that make the shell do more than the command alone. */
const ADDITIONS = [
  '; x',
  ';x',
  '\nx',
  '\n x\n',
  ' && x',
  '&&x',
  ' || x',
  ' | x',
  '|x',
  ' |& x',
  ' & x',
  ' &',
  ' > f',
  '>f',
  ' >> f',
  ' 2>f',
  ' &> f',
  ' < f',
  ' <<< f',
  ' $(x)',
  '$(x)',
  ' "$(x)"',
  ' `x`',
  '`x`',
  ' $x',
  ` "\${x}"`,
  ' <(x)',
  ' >(x)',
  ' *',
  ' ?',
  ' ~',
  ' {a,b}',
  ' $((1))',
  " $'x'",
  ' <<EOF\n$(x)\nEOF\n',
  ' "',
  " '",
  ' (x)',
  ' )',
];
const PREFIXES = [
  'x; ',
  'x && ',
  'x | ',
  'A=1 ',
  '> f ',
  '! ',
  'time ',
  '( ',
  '{ ',
  'x ',
  './',
  '$(x) ',
  'x\n',
];

describe('readOwnCommand', () => {
  it.each(ALLOWED)('accepts %j', (command, args, input = null) => {
    const own = readOwnCommand(command);
    expect(own && [own.subcommand, ...own.args]).toEqual(args);
    expect(own?.input).toBe(input);
  });

  it.each(DENIED)('rejects %j', (command) => {
    expect(readOwnCommand(command)).toBeNull();
  });

  it('rejects a plain call with anything before or after it', () => {
    const onOneLine = ALLOWED.map(([command]) => command).filter(
      (command) => !/#|<<|\n$|;$/.test(command),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...onOneLine),
        fc.constantFrom(...ADDITIONS),
        fc.constantFrom('', ' ', '\t', '\\\n'),
        (command, addition, blank) => {
          expect(readOwnCommand(command + blank + addition)).toBeNull();
        },
      ),
      { seed: 20261122, numRuns: 1_500 },
    );
    for (const [command] of ALLOWED) {
      for (const prefix of PREFIXES)
        expect(readOwnCommand(prefix + command.trimStart())).toBeNull();
    }
  });

  it('rejects anything after a here-document', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALLOWED.filter(([command]) => command.includes('<<')).map(([c]) => c)),
        fc.constantFrom('x', 'x\n', ' x', '\nx', '$(x)', '{ x; }', '> f'),
        (command, addition) => {
          expect(readOwnCommand(`${command}\n${addition}`)).toBeNull();
        },
      ),
      { seed: 20261122 },
    );
  });

  it('keeps every word in single quotes unchanged', () => {
    fc.assert(
      fc.property(words, (text) => {
        const quoted = `'${text.replaceAll("'", `'\\''`)}'`;
        expect(readOwnCommand(`swarm status ${quoted}`)?.args).toEqual([text]);
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });
});

const words = fc.string({
  unit: fc.constantFrom(...'ab $`"\'\\*?[]{}()<>|&;!~#=-\n\t'),
  minLength: 1,
  maxLength: 10,
});

/** What a shell does with a command: its calls of `swarm`, and its error messages. */
interface Ran {
  calls: { args: string[]; input: string }[];
  complaints: string;
}

/** A script that runs commands in one bash, in which `swarm` prints its calls and no other program is found. */
const SHELL = `
swarm() {
  printf 'CALL\\0%s\\0' "$#"
  for arg in "$@"; do printf '%s\\0' "$arg"; done
  IFS= read -r -d '' input
  printf '%s\\0' "$input"
}
while IFS= read -r -d '' command <&3; do
  printf 'COMMAND\\0'
  eval "$command" < /dev/null
done`;

function runInShell(commands: readonly string[], cwd: string): Ran[] {
  const file = join(cwd, '..', `${basename(cwd)}.commands`);
  writeFileSync(file, commands.map((command) => `${command}\0`).join(''));
  const { stdout } = spawnSync(
    '/bin/bash',
    ['--noprofile', '--norc', '-c', `exec 3<"$1" 2>&1\n${SHELL}`, 'x', file],
    {
      cwd,
      // A redirection to `~` must not leave the temporary directory.
      env: { PATH: '/nowhere', HOME: `${file}.home` },
      encoding: 'utf8',
      input: '',
      maxBuffer: 1e8,
    },
  );
  return stdout
    .split('COMMAND\0')
    .slice(1)
    .map((output) => {
      const [complaints = '', ...calls] = output.split('CALL\0');
      return {
        complaints,
        calls: calls.map((call) => {
          const [count, ...fields] = call.split('\0');
          const args = fields.slice(0, Number(count));
          return { args, input: fields.slice(Number(count)).join('\0').slice(0, -1) };
        }),
      };
    });
}

describe('bash', () => {
  let dir: TempDir;

  beforeAll(async () => {
    dir = await makeTempDir();
    mkdirSync(join(dir.path, 'empty'));
  });
  afterAll(() => dir.remove());

  /** Checks that bash does with accepted commands exactly what was parsed. */
  function check(commands: readonly string[]): void {
    const empty = join(dir.path, 'empty');
    const ran = runInShell(commands, empty);
    const strange = commands.flatMap((command, index) => {
      const own = readOwnCommand(command);
      const args = own ? [own.subcommand, ...own.args] : [];
      const expected = { complaints: '', calls: [{ args, input: own?.input ?? '' }] };
      const isAsExpected = isDeepStrictEqual(ran[index], expected);
      return isAsExpected ? [] : { command, expected, ran: ran[index] };
    });
    expect(strange).toEqual([]);
    expect(readdirSync(empty)).toEqual([]);
  }

  it('runs every accepted command as one call with the parsed arguments and input', () => {
    check(ALLOWED.map(([command]) => command));
  });

  it('does the same with random commands that are accepted', () => {
    const commands = fc.oneof(
      words.map((text) => `swarm status ${text}`),
      words.map((text) => `swarm${text}`),
      fc
        .tuple(
          fc.constantFrom("'EOF'", '"EOF"', 'EOF', '\\EOF', "E'O'F", '-EOF'),
          fc.array(words),
          words,
        )
        .map(
          ([delimiter, body, end]) =>
            `swarm result x - <<${delimiter}\n${body.join('\n')}\nEOF\n${end}`,
        ),
      fc
        .tuple(
          fc.constantFrom("'EOF'", 'EOF'),
          fc.array(fc.constantFrom('EOF', 'EO\\', 'F', '$(x)', 'a', ' EOF', 'EOF ', '\\', '')),
        )
        .map(([delimiter, body]) => `swarm result x - <<${delimiter}\n${body.join('\n')}\nEOF\n`),
    );
    const taken = fc
      .sample(commands, { seed: 20261122, numRuns: 3_000 })
      // `eval` drops a backslash at the end of its text.
      .filter((command) => !command.endsWith('\\') && readOwnCommand(command) !== null);
    expect(taken.length).toBeGreaterThan(200);
    check(taken);
  });
});
