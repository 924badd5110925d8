import {
  ALTERS,
  CHANGES_DOCUMENTS,
  CHANGES_ON_HOST,
  CHANGES_RECORDS,
  DATABASE_PROGRAMS,
  DELETES,
  DELETES_IN_LUA,
  DELETES_KEY,
  DELETES_KEYS,
  DELETING_SCRIPT,
  DESTROYS_COLLECTIONS,
  DROPS,
  DROPS_ALL,
  DROPS_COLUMN,
  EXPLAINS,
  FLUSHES,
  HOSTED,
  IN_MEMORY,
  READS_STDIN,
  REDIS_CLIENTS,
  REMOTE_ADDRESS,
  RUNS_DELETING_SCRIPT,
  SELECTS,
  STDIN_AS_FILE,
  TAKES_FILE,
  TAKES_SQL,
  TAKES_SQL_IN,
  TRUNCATES,
  UNKNOWN_SQL,
  UPDATES,
} from '../rules/database-rules.ts';
import { hasOption, valuesOf } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Verdict } from '../shell/rule-set.ts';

/** Checks the statements that a database client runs. */
export function checkDatabase(call: Call): Verdict | null {
  const { program, args, input } = call;
  if (!DATABASE_PROGRAMS.has(program)) return null;
  if (REDIS_CLIENTS.has(program)) return checkRedis(call);
  if (args.some((arg) => IN_MEMORY.test(arg))) return null;
  if (program === 'bq' && hasOption(args, '--dry_run', '--dry-run')) return null;
  const { statements, readsInput } = readStatements(call);
  const texts = [...statements, ...args.map(withoutOption)];
  const destroys = program === 'mongosh' ? destroysCollections : destroysRows;
  if (texts.some(destroys)) return DROPS_ALL;
  if (isOnOtherHost(call) && texts.some(changesRecords)) return CHANGES_ON_HOST;
  if (DELETING_SCRIPT.test(call.text)) return RUNS_DELETING_SCRIPT;
  const isUnknown =
    (readsInput && input === 'unknown' && READS_STDIN.has(program)) ||
    statements.some((text) => text.trimStart().startsWith(UNKNOWN));
  return isUnknown ? UNKNOWN_SQL : null;
}

function checkRedis(call: Call): Verdict | null {
  const { args, input } = call;
  if (typeof input !== 'string' && input.some((line) => FLUSHES.test(line))) return DROPS_ALL;
  const isPiped = args.includes('--pipe') && typeof input === 'string';
  if (isPiped || args.some((arg) => DELETES_IN_LUA.test(arg))) return DELETES_KEYS;
  const at = args.findIndex((arg) => DELETES_KEY.test(arg));
  if (at < 0) return null;
  const isUnnamed = args.slice(at + 1).some((key) => key.includes(UNKNOWN));
  return isUnnamed || isOnOtherHost(call) ? DELETES_KEYS : null;
}

/** Whether a client talks to a database on another host, as far as its arguments tell. */
function isOnOtherHost({ program, args, variableOf }: Call): boolean {
  const here = HOSTED.get(program);
  if (here) return !args.some((arg) => here.test(arg)) || args.includes('--remote');
  const hosts = [
    ...valuesOf(args, '-h', '-S', '--host', '-u'),
    variableOf('PGHOST') ?? '',
    ...args,
  ];
  return hosts.some((host) => host.startsWith(UNKNOWN) || REMOTE_ADDRESS.test(host));
}

function changesRecords(text: string): boolean {
  const statement = withoutQuotes(text);
  return CHANGES_RECORDS.test(statement) || CHANGES_DOCUMENTS.test(text);
}

interface Statements {
  /** The statements in arguments, in files and on the input, as far as they are known. */
  statements: string[];
  readsInput: boolean;
}

function readStatements({ program, args, input, readFile }: Call): Statements {
  const takesSql = TAKES_SQL_IN.get(program) ?? TAKES_SQL;
  const statements = args.filter((_, index) => takesSql.test(args[index - 1] ?? ''));
  if (program.startsWith('sqlite')) {
    statements.push(...args.filter((arg) => !arg.startsWith('-')).slice(1));
  }
  const takesFile = program !== 'mysql' && args.some((arg) => TAKES_FILE.test(arg));
  const isGivenSql =
    statements.length > 0 || args.some((arg) => takesSql.test(arg.split('=')[0] ?? ''));
  const readsInput = args.some((arg) => STDIN_AS_FILE.test(arg)) || (!isGivenSql && !takesFile);
  const contents = valuesOf(args, '-f', '--file').map(readFile);
  if (readsInput) contents.push(input);
  for (const content of contents) {
    if (typeof content !== 'string') statements.push(content.join('\n'));
  }
  return { statements, readsInput };
}

/** An option with its value attached, as in `-e"DROP …"` and `--command="DROP …"`. */
const OPTION = /^(?:--[\w-]+=|-[a-zA-Z])/;

function withoutOption(arg: string): string {
  return arg.replace(OPTION, '');
}

export function destroysRows(sql: string): boolean {
  return withoutQuotes(sql)
    .split(';')
    .some((statement) => {
      if (EXPLAINS.test(statement)) return false;
      if (DROPS.test(statement) || TRUNCATES.test(statement)) return true;
      if (ALTERS.test(statement) && DROPS_COLUMN.test(statement)) return true;
      return (DELETES.test(statement) || UPDATES.test(statement)) && !SELECTS.test(statement);
    });
}

/** SQL without comments, string literals and quoted names. */
function withoutQuotes(sql: string): string {
  return sql
    .replace(/--[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?/g, ' ')
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/"(?:[^"]|"")*"|`[^`]*`/g, 'name');
}

function destroysCollections(script: string): boolean {
  return DESTROYS_COLLECTIONS.test(script);
}
