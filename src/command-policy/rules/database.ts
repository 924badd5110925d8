import { type Call, UNKNOWN, type Verdict, valuesOf } from '../shell/call.ts';

/** Clients that take SQL in an argument or on their stdin. */
const SQL_CLIENTS = new Set([
  'bq',
  'clickhouse',
  'clickhouse-client',
  'cockroach',
  'cqlsh',
  'cypher-shell',
  'duckdb',
  'heroku',
  'hive',
  'isql',
  'litecli',
  'mycli',
  'mysql',
  'pgcli',
  'presto',
  'prisma',
  'psql',
  'pscale',
  'snow',
  'snowsql',
  'spark-sql',
  'sqlcmd',
  'sqlite',
  'sqlite3',
  'sqlplus',
  'supabase',
  'trino',
  'turso',
  'usql',
  'wrangler',
]);

/** The options behind which these clients expect SQL. */
const TAKES_SQL = /^-{1,2}(?:c|e|q|Q|command|execute|eval|query|statement|sql|cmd)$/;
const TAKES_SQL_IN: Readonly<Record<string, RegExp>> = {
  mysql: /^(?:-[a-zA-Z]*e|--execute)$/,
  pgcli: /^(?:-[a-zA-Z]*c|--command)$/,
  psql: /^(?:-[a-zA-Z]*c|--command)$/,
};
const TAKES_FILE = /^(?:-f|--file(?:=.*)?|--version|-l|--list)$/;
const STDIN = /^(?:--file=)?(?:-|\/dev\/stdin)$/;
/** Clients that run what comes on their stdin when nothing else is given. */
const READS_STDIN = new Set(['psql', 'mysql', 'sqlite', 'sqlite3', 'duckdb', 'mongosh', 'cqlsh']);
/** An option with its value attached, as in `-e"DROP …"` and `--command="DROP …"`. */
const ATTACHED = /^(?:--[\w-]+=|-[a-zA-Z])/;

const DROPS_ALL: Verdict = {
  rule: 'drop-database',
  reason: 'It deletes a database, a table or all its rows.',
};
const UNKNOWN_SQL: Verdict = {
  rule: 'drop-database',
  reason: 'It runs statements on a database that are not known beforehand.',
};

/** Those that have commands of their own. */
const REDIS_CLIENTS = new Set(['redis-cli', 'valkey-cli']);

export const DATABASE_PROGRAMS: ReadonlySet<string> = new Set([
  ...SQL_CLIENTS,
  ...REDIS_CLIENTS,
  'mongosh',
]);

/** Judges the statements that a database client is given. */
export function judgeDatabase({ program, args, input, readFile }: Call): Verdict | null {
  if (!DATABASE_PROGRAMS.has(program)) return null;
  if (REDIS_CLIENTS.has(program)) {
    const isFlushed = typeof input !== 'string' && input.some((line) => FLUSHES.test(line));
    return isFlushed ? DROPS_ALL : null;
  }
  // Nothing is kept in a database in memory.
  if (args.some((arg) => /^(?:file:)?:memory:$/.test(arg))) return null;
  const takesSql = TAKES_SQL_IN[program] ?? TAKES_SQL;
  const operands = args.filter((arg) => !arg.startsWith('-'));
  const behind = args.filter((_, index) => takesSql.test(args[index - 1] ?? ''));
  if (program.startsWith('sqlite')) behind.push(...operands.slice(1));
  const isFile = program !== 'mysql' && args.some((arg) => TAKES_FILE.test(arg));
  const readsInput =
    args.some((arg) => STDIN.test(arg)) ||
    (behind.length === 0 && !isFile && !args.some((arg) => takesSql.test(arg.split('=')[0] ?? '')));
  const texts = valuesOf(args, '-f', '--file').map(readFile);
  if (readsInput) texts.push(input);
  for (const text of texts) if (typeof text !== 'string') behind.push(text.join('\n'));
  const destroys = program === 'mongosh' ? destroysCollections : destroysRows;
  if ([...behind, ...args.map((arg) => arg.replace(ATTACHED, ''))].some(destroys)) {
    return DROPS_ALL;
  }
  const isUnknown = readsInput && input === 'unknown' && READS_STDIN.has(program);
  return isUnknown || behind.some((text) => text.trimStart().startsWith(UNKNOWN))
    ? UNKNOWN_SQL
    : null;
}

const DROPS = /\bdrop\s+(?:database|schema|table|tablespace|keyspace|collection|owned)\b/i;
const TRUNCATES = /^\s*truncate\b(?!\s*\()|\btruncate\s+table\b/i;
const ALTERS = /\balter\s+table\b/i;
const DROPS_COLUMN =
  /\bdrop\s+(?!constraint|index|key|default|not\b|foreign|primary|identity|expression|check|partition\s+for)/i;
const FLUSHES = /^\s*(?:flushall|flushdb)\b/i;
const DELETES = /\bdelete\s+from\b|\bdetach\s+delete\b/i;
const UPDATES = /^\s*update\b.+\bset\b/is;
/** A condition that leaves something out. */
const SELECTS = /\bwhere\b(?!\s*\(?\s*(?:1\s*=\s*1|true|1)\s*\)?\s*(?:$|returning))/i;

function destroysRows(sql: string): boolean {
  return withoutText(sql)
    .split(';')
    .some((statement) => {
      if (/^\s*explain\b(?!.*\banalyze\b)/i.test(statement)) return false;
      if (DROPS.test(statement) || TRUNCATES.test(statement)) return true;
      if (ALTERS.test(statement) && DROPS_COLUMN.test(statement)) return true;
      return (DELETES.test(statement) || UPDATES.test(statement)) && !SELECTS.test(statement);
    });
}

/** SQL without comments, quoted text and quoted names. */
function withoutText(sql: string): string {
  return sql
    .replace(/--[^\n]*|\/\*.*?\*\//gs, ' ')
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/"(?:[^"]|"")*"|`[^`]*`/g, 'name');
}

const DESTROYS_COLLECTIONS =
  /\bdropDatabase\s*[(:'"]|\.drop\s*\(|\.(?:deleteMany|remove)\s*\(\s*(?:\{\s*\})?\s*[,)]/;

function destroysCollections(script: string): boolean {
  return DESTROYS_COLLECTIONS.test(script);
}
