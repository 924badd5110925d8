import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { commandsChanging, commandsOf } from '../../../src/commands/command-rights.ts';
import { COMMAND_GROUPS, COMMAND_TABLE } from '../../../src/commands/command-table.ts';
import { fakeCliContext, NO_ENTRIES } from '../../support/cli-context.ts';

const ROOT = join(import.meta.dirname, '../../..');
const ROWS = COMMAND_TABLE;
const INTERNAL = ROWS.filter(({ group }) => group === 'internal').map(({ name }) => name);

const program = createProgram(fakeCliContext(), '0.0.0', NO_ENTRIES);

function documentation(): string {
  const docs = join(ROOT, 'docs');
  const pages = existsSync(docs)
    ? readdirSync(docs).filter((name) => name.endsWith('.md') && name !== 'glossary.md')
    : [];
  const files = [join(ROOT, 'README.md'), ...pages.map((name) => join(docs, name))];
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

describe('the command line', () => {
  const help = program.createHelp();
  const visible = help.visibleCommands(program);

  it('declares exactly the commands of the table', () => {
    const names = [...program.commands.map((command) => command.name()), 'help'];
    expect(names.sort()).toEqual(ROWS.map(({ name }) => name).sort());
  });

  it.each(ROWS)('declares $name as the table describes it', ({ name, args, summary, group }) => {
    const command =
      visible.find((one) => one.name() === name) ??
      program.commands.find((one) => one.name() === name);
    expect({
      args: command?.registeredArguments
        .map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`))
        .join(' '),
      summary: command?.description(),
      group: command?.helpGroup(),
    }).toEqual({ args, summary, group: COMMAND_GROUPS[group] });
  });

  it.each(ROWS)('takes --json for $name if it answers: $json', ({ name, json }) => {
    const command = program.commands.find((one) => one.name() === name);
    const option = command?.options.find(({ long }) => long === '--json');
    const description = {
      document: 'print only JSON on stdout',
      lines: 'print only JSON on stdout, one object per line',
      none: undefined,
    }[json];
    expect(option?.description).toBe(description);
  });

  it('lists all commands but the internal ones in its help', () => {
    expect(visible.map((command) => command.name()).sort()).toEqual(
      ROWS.map(({ name }) => name)
        .filter((name) => !INTERNAL.includes(name))
        .sort(),
    );
  });
});

describe('the documentation', () => {
  const text = documentation();
  const documented = ROWS.filter(({ name }) => name !== 'help' && !INTERNAL.includes(name));

  it.each(documented)('names `swarm $name`', ({ name }) => {
    expect(text).toMatch(new RegExp(`\`swarm ${name}\\b`));
  });
});

describe('who may call a command', () => {
  it('leaves decisions about irreversible commands to a person', () => {
    expect(commandsChanging('gate')).toEqual(new Set(['approve', 'deny']));
    for (const name of commandsChanging('gate')) {
      expect(commandsOf('orchestrator')).not.toContain(name);
      expect(commandsOf('agent')).not.toContain(name);
    }
  });

  it('lets an agent change nothing but its own task', () => {
    const harmless = new Set([...commandsChanging('nothing'), ...commandsChanging('task')]);
    expect([...commandsOf('agent')].filter((name) => !harmless.has(name))).toEqual([]);
  });

  it('asks a session before it changes the machine or starts processes', () => {
    const asked = [...commandsChanging('machine'), 'run', 'mcp'];
    expect(asked.filter((name) => commandsOf('orchestrator').has(name))).toEqual([]);
  });
});
