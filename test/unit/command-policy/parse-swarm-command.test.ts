import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSwarmCommand } from '../../../src/command-policy/parse-swarm-command.ts';
import { ALLOWED, words } from '../../fixtures/swarm-commands.ts';

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

describe('parseSwarmCommand', () => {
  it.each(ALLOWED)('accepts %j', (command, args, input = null) => {
    const own = parseSwarmCommand(command);
    expect(own && [own.subcommand, ...own.args]).toEqual(args);
    expect(own?.input).toBe(input);
  });

  it.each(DENIED)('rejects %j', (command) => {
    expect(parseSwarmCommand(command)).toBeNull();
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
          expect(parseSwarmCommand(command + blank + addition)).toBeNull();
        },
      ),
      { seed: 20261122, numRuns: 1_500 },
    );
    for (const [command] of ALLOWED) {
      for (const prefix of PREFIXES)
        expect(parseSwarmCommand(prefix + command.trimStart())).toBeNull();
    }
  });

  it('rejects anything after a here-document', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALLOWED.filter(([command]) => command.includes('<<')).map(([c]) => c)),
        fc.constantFrom('x', 'x\n', ' x', '\nx', '$(x)', '{ x; }', '> f'),
        (command, addition) => {
          expect(parseSwarmCommand(`${command}\n${addition}`)).toBeNull();
        },
      ),
      { seed: 20261122 },
    );
  });

  it('keeps every word in single quotes unchanged', () => {
    fc.assert(
      fc.property(words, (text) => {
        const quoted = `'${text.replaceAll("'", `'\\''`)}'`;
        expect(parseSwarmCommand(`swarm status ${quoted}`)?.args).toEqual([text]);
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });
});
