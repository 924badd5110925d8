import type { Verdict } from '../shell/rule-set.ts';

export const DROPS_ALL: Verdict = {
  rule: 'drop-database',
  reason: 'It deletes a database, a table or all rows of a table.',
};
export const UNKNOWN_SQL: Verdict = {
  rule: 'drop-database',
  reason: 'It runs database statements that are not known in advance.',
};

/** Clients that take SQL in an argument or on their input. */
const SQL_CLIENTS = [
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
];
/** Clients with commands of their own instead of SQL. */
export const REDIS_CLIENTS: ReadonlySet<string> = new Set(['redis-cli', 'valkey-cli']);

export const DATABASE_PROGRAMS: ReadonlySet<string> = new Set([
  ...SQL_CLIENTS,
  ...REDIS_CLIENTS,
  'mongosh',
]);

/** The options of most clients that take SQL. */
export const TAKES_SQL = /^-{1,2}(?:c|e|q|Q|command|execute|eval|query|statement|sql|cmd)$/;
/** The same for clients that combine one-letter options. */
export const TAKES_SQL_IN: ReadonlyMap<string, RegExp> = new Map([
  ['mysql', /^(?:-[a-zA-Z]*e|--execute)$/],
  ['pgcli', /^(?:-[a-zA-Z]*c|--command)$/],
  ['psql', /^(?:-[a-zA-Z]*c|--command)$/],
]);
export const TAKES_FILE = /^(?:-f|--file(?:=.*)?|--version|-l|--list)$/;
export const STDIN_AS_FILE = /^(?:--file=)?(?:-|\/dev\/stdin)$/;
/** Clients that run their input if nothing else is given. */
export const READS_STDIN: ReadonlySet<string> = new Set([
  'psql',
  'mysql',
  'sqlite',
  'sqlite3',
  'duckdb',
  'mongosh',
  'cqlsh',
]);
/** A database in memory, which keeps nothing. */
export const IN_MEMORY = /^(?:file:)?:memory:$/;

/** Statements that delete a database, a table or all rows of a table. */
export const DROPS = /\bdrop\s+(?:database|schema|table|tablespace|keyspace|collection|owned)\b/i;
export const TRUNCATES = /^\s*truncate\b(?!\s*\()|\btruncate\s+table\b/i;
export const ALTERS = /\balter\s+table\b/i;
export const DROPS_COLUMN =
  /\bdrop\s+(?!constraint|index|key|default|not\b|foreign|primary|identity|expression|check|partition\s+for)/i;
export const DELETES = /\bdelete\s+from\b|\bdetach\s+delete\b/i;
export const UPDATES = /^\s*update\b.+\bset\b/is;
/** A condition that spares some rows. */
export const SELECTS = /\bwhere\b(?!\s*\(?\s*(?:1\s*=\s*1|true|1)\s*\)?\s*(?:$|returning))/i;
/** A statement that is only explained, not run. */
export const EXPLAINS = /^\s*explain\b(?!.*\banalyze\b)/i;

/** A command of Redis that deletes all keys. */
export const FLUSHES = /^\s*(?:flushall|flushdb)\b/i;

/** Code for MongoDB that deletes a database, a collection or all its documents. */
export const DESTROYS_COLLECTIONS =
  /\bdropDatabase\s*[(:'"]|\.drop\s*\(|\.(?:deleteMany|remove)\s*\(\s*(?:\{\s*\})?\s*[,)]/;
