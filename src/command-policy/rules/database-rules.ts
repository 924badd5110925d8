import type { Verdict } from '../shell/rule-set.ts';

export const DROPS_ALL: Verdict = {
  rule: 'drop-database',
  reason: 'It deletes a database, a table or all rows of a table.',
};
export const CHANGES_ON_HOST: Verdict = {
  rule: 'delete-data',
  reason: 'It deletes or changes records on another host.',
};
export const DELETES_KEYS: Verdict = {
  rule: 'delete-data',
  reason: 'It deletes keys that are not all named.',
};
export const RUNS_DELETING_SCRIPT: Verdict = {
  rule: 'run-script',
  reason: 'The name of the script suggests that it deletes something.',
};
export const UNKNOWN_SQL: Verdict = {
  rule: 'drop-database',
  reason: 'It runs database statements that are not known in advance.',
};

/** Clients that take SQL in an argument or on their input. */
const SQL_CLIENTS = [
  'beeline',
  'bq',
  'clickhouse',
  'clickhouse-client',
  'cockroach',
  'cqlsh',
  'cypher-shell',
  'duckdb',
  'heroku',
  'hive',
  'impala-shell',
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
export const DROPS =
  /\bdrop\s+(?:database|schema|table|tablespace|keyspace|collection|owned|user|role|login|extension|stage|warehouse|bucket|measurement|series|publication|subscription)\b/i;
export const TRUNCATES =
  /^\s*truncate\b(?!\s*\()|\btruncate\s+table\b|\balter\s+table\s+\S+\s+delete\s+where\b/i;
export const ALTERS = /\balter\s+table\b/i;
export const DROPS_COLUMN =
  /\bdrop\s+(?!constraint|index|key|default|not\b|foreign|primary|identity|expression|check|partition\s+for)/i;
export const DELETES = /\bdelete\s+from\b|\bdetach\s+delete\b/i;
export const UPDATES = /^\s*update\b.+\bset\b/is;
/** A condition that spares some rows. */
export const SELECTS =
  /\bwhere\b(?!\s*(?:\(\s*)?(?:1\s*=\s*1|true|1)\s*(?:\)\s*)?(?:$|returning))/i;
/** A statement that is only explained, not run. */
export const EXPLAINS = /^\s*explain\b(?!.*\banalyze\b)/i;

/** A command of Redis that deletes all keys. */
export const FLUSHES = /^\s*(?:flushall|flushdb)\b/i;
/** A command of Redis that deletes keys, and a script for it that does. */
export const DELETES_KEY = /^(?:del|unlink)$/i;
export const DELETES_IN_LUA = /\bredis\.p?call\s*\(\s*['"](?:flush|del|unlink)/i;

/** Clients of databases that others host, and the option for one that they do not. */
export const HOSTED: ReadonlyMap<string, RegExp> = new Map([
  ['bq', /^$/],
  ['heroku', /^$/],
  ['pscale', /^$/],
  ['snow', /^$/],
  ['snowsql', /^$/],
  ['turso', /^dev$/],
  ['wrangler', /^--local$|^(?!--remote$)/],
]);
/** An address of a database whose host is on another network. */
export const REMOTE_ADDRESS =
  /^(?:--(?:host|uri|url|dbname|db-url)=)?(?:\w+(?:\+\w+)?:\/\/(?:[^/@]*@)?)?(?!localhost|127\.|0\.0\.|\[?::1)(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?]|$)/i;
/** Statements that delete or change records, all of them or some. */
export const CHANGES_RECORDS =
  /\bdelete\s+(?:top\s*\(\s*\d+\s*\)\s*)?from\b|\bdetach\s+delete\b|^\s*update\b|\bcreate\s+or\s+replace\s+(?:transient\s+)?table\b|\balter\s+table\s+\S+\s+(?:delete|update)\b/i;
/** Code for MongoDB that deletes or changes documents. */
export const CHANGES_DOCUMENTS =
  /\.(?:delete(?:One|Many)|remove|drop\w*|updateMany|findOneAndDelete|bulkWrite|renameCollection)\s*\(/;
/** Names of scripts that tell that they delete something. */
export const DELETING_SCRIPT =
  /(?:^|[\s/_=<-])(?:drop|wipe|purge|truncate|reset|nuke|teardown|destroy|delete|clear)[\w-]*\.(?:sql|cypher|cql)\b/i;

/** Code for MongoDB that deletes a database, a collection or all its documents. */
export const DESTROYS_COLLECTIONS =
  /\bdropDatabase\s*[(:'"]|\.drop\s*\(|\.(?:deleteMany|remove)\s*\(\s*(?:\{\s*\}\s*)?[,)]/;
