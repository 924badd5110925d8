import type { Verdict } from '../shell/rule-set.ts';

/**
 * What code does that cannot be undone, by what it calls. What may come in between is limited in
 * length, so that no text takes long to search.
 */
export interface CodeRule extends Verdict {
  calls: RegExp;
  /** What must be there, too, such as the name of a library. */
  with?: RegExp;
  /** What makes it harmless, such as a test key. */
  unless?: RegExp;
}

const LOCAL = /localhost|127\.0\.0\.1|0\.0\.0\.0|localstack|mailhog|mailpit/i;

export const CODE_RULES: readonly CodeRule[] = [
  {
    rule: 'unknown-script',
    reason: 'It runs a script that is decoded or downloaded first.',
    calls:
      /(?:(?<![\w.])(?:exec|eval|Function|system)|os\.system|popen|subprocess\.\w+|execSync|spawnSync|instance_eval|loadstring)\s*\([^;\n]{0,300}?(?:b64decode|base64|fromhex|unhexlify|atob|decode64|fromCharCode|\bpack\s*\(|urlopen|requests\.get|\bfetch\s*\(|URI\.open|file_get_contents|http\.get)/,
  },
  {
    rule: 'delete-data',
    reason: 'It deletes records of a database.',
    calls:
      /\.(?:delete_all|destroy_all|delete_many|deleteMany|delete_by|destroy_by|dropDatabase|drop_database|dropCollection|drop_collection|drop_all|dropAll|drop_table|dropTable|dropTableIfExists|dropSchema|dropAllSchemas|truncateTable|flushall|flushAll|flushdb|flushDb)\b|\bobjects\b[^;\n]{0,300}\.delete\s*\(|(?:::|->)(?:truncate|forceDelete|delete)\s*\(|::destroy\s*\(|\.sync\s*\(\s*\{[^}]{0,200}force\s*:\s*true|\.synchronize\s*\(\s*true|\.destroy\s*\(\s*\{\s*(?:where\s*:\s*\{\s*\}|truncate)|\.(?:del|delete)\s*\(\s*\)|\.remove\s*\(\s*\{\s*\}\s*\)|\.query\.delete\s*\(/,
    unless: /:memory:|fakeredis|mongomock/,
  },
  {
    rule: 'delete-in-cloud',
    reason: 'What is deleted in a cloud account cannot be restored.',
    with: /boto3|@aws-sdk|aws-sdk|google-cloud|google\.cloud|azure/,
    calls:
      /\.(?:delete|terminate|purge)(?:_\w+|[A-Z]\w+)?\s*\(|new\s+(?:Delete|Terminate|Purge)\w+Command\b/,
    unless: LOCAL,
  },
  {
    rule: 'move-money',
    reason: 'It moves money, or changes what somebody pays.',
    with: /stripe|braintree|paypal|adyen/i,
    calls:
      /\b(?:refunds?|charges?|payouts?|transfers?|transactions?|payment_?intents?|subscriptions?|invoices?|customers?)\s*\.\s*(?:create|cancel|del|delete|capture|confirm|pay|update|refund|sale|void)\w*\s*\(/i,
    unless: /[sr]k_test_|stripe-mock|sandbox/i,
  },
  {
    rule: 'send-message',
    reason: 'A message that has been sent cannot be taken back.',
    calls:
      /\.(?:sendmail|send_message|sendMail|deliver_now|deliver_later|send_email|send_raw_email|messages\.create|calls\.create|chat_postMessage)\b|\bsend_(?:mass_)?mail\s*\(|\bMail::(?:to|send|raw)\s*\(|\bmail\s*\(\s*['"][^'"\n]{1,80}@|hooks\.slack\.com|discord(?:app)?\.com\/api\/webhooks|tell application "(?:Mail|Messages)"[\s\S]{0,500}\bsend\b/,
    unless: LOCAL,
  },
  {
    rule: 'force-push',
    reason: 'A forced push replaces what others have pushed.',
    calls: /\.push\s*\([^)]{0,200}(?:--force|force\s*[:=]\s*true|['"]\+)/i,
  },
  {
    rule: 'stop-machine',
    reason: 'It stops everything that is running on the machine, including the work of others.',
    calls:
      /\btell app(?:lication)? "(?:System Events|Finder|loginwindow)" to (?:shut ?down|restart|sleep|log ?out)|\bkill(?:pg)?\s*\(\s*-1\b/i,
  },
];

/** Functions that delete a directory with everything in it, and their first argument. */
export const DELETES_TREE =
  /\b(?:(?:rm_rf|rm_r|rm_tree|remove_entry(?:_secure)?|remove_dir|remove_tree|unlink\s+glob|unlink\s*\(\s*glob)\b[\s(]{0,9}|(?:rmtree|rimraf(?:Sync|\.sync)?|removeSync|emptyDir(?:Sync)?|deleteDirectory)\s*\(\s*)((?:\([^()\n]{0,200}(?:\([^()\n]{0,99}\)[^()\n]{0,99}){0,9}\)|[^(),;\n])*)/g;
/** The same, if they are told to go into directories. */
export const DELETES_IF_RECURSIVE =
  /\b(?:rm|rmdir|remove)(?:Sync)?\s*\(\s*((?:\([^()\n]{0,200}(?:\([^()\n]{0,99}\)[^()\n]{0,99}){0,9}\)|[^(),;\n]){0,200}),[^;\n]{0,200}\brecursive\s*:\s*true/g;
/** Functions that delete one file: it counts only if a loop gives it many. */
export const DELETES_FILE =
  /\b(?:unlink(?:Sync)?|os\.remove|File\.delete|File\.unlink|FileUtils\.rm(?:_f)?)\s*\(?\s*(\w+)\b|\b(\w+)\.(?:unlink|delete)\s*\(/g;

/** Where code gets the path of a temporary directory or file from. */
export const IS_TEMPORARY =
  /mkd?temp|mktmpdir|tmpdir|tempfile|gettempdir|TemporaryDirectory|tmp_path/i;
/** Where code gets the path of the home directory from. */
export const IS_HOME = /homedir|expanduser|\bhome\b|\bHOME\b|Dir\.home|USERPROFILE/;
/** Where code gets the path of its own directory from. */
export const IS_HERE =
  /^(?:__dirname|process\.cwd\(\)|os\.getcwd\(\)|Path\.cwd\(\)|Dir\.pwd|import\.meta\.dirname|__dir__|\.)$/;

/** A statement for a database, in the function that runs it. */
export const RUNS_SQL =
  /\b(?:execute\w*|query|raw|exec|run|prepare|do|\$executeRaw\w*|\$queryRaw\w*|text|sql|unprepared|statement|command)\s*\(?\s*(?:text\s*\(\s*)?[rfb]?(?:"""([\s\S]*?)"""|'''([\s\S]*?)'''|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`)/gi;

/** A request that deletes, and the address that it goes to, if it is there. */
export const REQUESTS_DELETION =
  /\b(?:requests|httpx|axios|got|superagent|http|https|client|session|ky|Faraday|HTTParty)\.delete\s*\(\s*f?(?:['"`]([^'"`]*))?|\bfetch\s*\(\s*(?:['"`]([^'"`]*))?[^;]{0,400}\bmethod\s*:\s*['"]DELETE|\bmethod\s*=\s*['"]DELETE/gi;
