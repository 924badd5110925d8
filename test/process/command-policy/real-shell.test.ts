import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSwarmCommand } from '../../../src/command-policy/parse-swarm-command.ts';
import { ALLOWED, words } from '../../fixtures/swarm-commands.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

/** The effect of a command in a shell: its calls of `swarm`, and what else it printed. */
interface Ran {
  calls: { args: string[]; input: string }[];
  complaints: string;
}

/** Runs commands in one bash in which `swarm` reports its calls and no other program is found. */
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
      // A redirection to `~` must not reach anything outside.
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

describe('a real shell', () => {
  let dir: TempDir;

  beforeAll(async () => {
    dir = await makeTempDir();
    mkdirSync(join(dir.path, 'empty'));
  });
  afterAll(() => dir.remove());

  /** Expects bash to make exactly the call that was parsed from each accepted command. */
  function check(commands: readonly string[]): void {
    const empty = join(dir.path, 'empty');
    const ran = runInShell(commands, empty);
    const strange = commands.flatMap((command, index) => {
      const own = parseSwarmCommand(command);
      const args = own ? [own.subcommand, ...own.args] : [];
      const expected = { complaints: '', calls: [{ args, input: own?.input ?? '' }] };
      const isAsExpected = isDeepStrictEqual(ran[index], expected);
      return isAsExpected ? [] : { command, expected, ran: ran[index] };
    });
    expect(strange).toEqual([]);
    expect(readdirSync(empty)).toEqual([]);
  }

  it('makes one call for each accepted command, with the parsed arguments and input', () => {
    check(ALLOWED.map(([command]) => command));
  });

  it('does the same for those random commands that are accepted', () => {
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
      // Bash drops a backslash at the very end of an `eval`.
      .filter((command) => !command.endsWith('\\') && parseSwarmCommand(command) !== null);
    expect(taken.length).toBeGreaterThan(200);
    check(taken);
  });
});
