import type { Verdict } from '../shell/rule-set.ts';

export const DELETES: Verdict = {
  rule: 'delete-on-server',
  reason: 'What a server deletes on request cannot be restored.',
};
export const UNKNOWN_METHOD: Verdict = {
  rule: 'delete-on-server',
  reason: 'The method of the request is not known in advance.',
};
export const DEPLOYS: Verdict = {
  rule: 'deploy',
  reason: 'A deployment immediately changes what others are using.',
};
export const FORCES: Verdict = {
  rule: 'force-push',
  reason: 'It overwrites a branch on the forge, as a forced push would.',
};
export const MERGES: Verdict = {
  rule: 'merge-or-release',
  reason: 'A merge or release on a forge is public immediately and may trigger further automation.',
};
export const RUNS_WORKFLOW: Verdict = {
  rule: 'run-workflow',
  reason: 'It starts a workflow that may deploy, publish or delete something.',
};

export const CHANGES_PERMISSIONS: Verdict = {
  rule: 'change-permissions',
  reason: 'It changes who may see or do what on a forge.',
};

/** The command lines of forges. */
export const FORGE_PROGRAMS: ReadonlySet<string> = new Set(['gh', 'glab']);
/** Their subcommands for workflows, followed by `run`. */
export const WORKFLOW_SUBCOMMANDS: ReadonlySet<string> = new Set(['workflow', 'ci', 'pipeline']);

export const CHANGES_SERVICE: Verdict = {
  rule: 'change-infrastructure',
  reason: 'It changes a service that others are using.',
};
export const MOVES_MONEY: Verdict = {
  rule: 'move-money',
  reason: 'It moves money, or changes what somebody pays.',
};
export const SENDS_MESSAGE: Verdict = {
  rule: 'send-message',
  reason: 'A message that has been sent cannot be taken back.',
};

export const HTTP_PROGRAMS: ReadonlySet<string> = new Set(
  'awscurl curl http https wget xh'.split(' '),
);
/** The programs among them that take the method as an option, not as a word. */
export const TAKES_METHOD_AS_OPTION: ReadonlySet<string> = new Set(['curl', 'wget']);
export const METHOD = /^(?:delete|get|head|options|patch|post|put)$/i;
/** Options that send data, so that the request changes something unless it is a GET. */
export const SENDS =
  /^(?:-[a-zA-Z]*[dFT]|--data.*|--json.*|--form.*|--upload-file.*|--post-.*|--body-.*)$/;

export const STARTS_DEPLOYMENT =
  /\/(?:build|deploy)_?hooks?\/|\/deploy\/srv-|\/deploy(?:s|ments?)?$|\/trigger\/pipeline$|\/job\/.*(?:deploy|release|prod).*\/build/i;
/** Paths of requests that delete or change much, although their method does not say so. */
export const DELETING_PATH =
  /\/(?:_delete_by_query|_update_by_query|_close|bulk[-_]?delete|delete[-_]all|batch[-_]?delete|purge(?:[-_]\w+)?|truncate|wipe|destroy|flush(?:all|db)?|drop|reset)$/i;
export const CHANGING_PATH = /\/(?:restart|shutdown|rollback|promote|dns_records|scale|failover)$/i;
export const PAYING_PATH = /\/(?:refunds?|payouts?|transfers?|charges?|payments?)$/i;
/** Hosts of services, by what a request that changes something does there. */
export const SERVICES: readonly { host: RegExp; verdict: Verdict }[] = [
  {
    host: /^https?:\/\/(?:[^/@]*@)?(?:[\w-]+\.)*(?:stripe|paypal|adyen|squareup|braintreegateway|wise|coinbase|razorpay|mollie)\.com\//,
    verdict: MOVES_MONEY,
  },
  {
    host: /^https?:\/\/(?:[^/@]*@)?(?:[\w-]+\.)*(?:sendgrid\.com|mailgun\.net|postmarkapp\.com|resend\.com|twilio\.com|hooks\.slack\.com|slack\.com\/api\/(?:chat|files)|discord(?:app)?\.com\/api|api\.telegram\.org|pushover\.net|pagerduty\.com|opsgenie\.com|mailchimp\.com|mandrillapp\.com|webhook\.office\.com|graph\.facebook\.com|api\.(?:twitter|x)\.com|ntfy\.sh)/,
    verdict: SENDS_MESSAGE,
  },
  {
    host: /^https?:\/\/(?:[^/@]*@)?(?:[\w-]+\.)*(?:cloudflare\.com|digitalocean\.com|hetzner\.cloud|vercel\.com|netlify\.com|heroku\.com|machines\.dev|fly\.io|render\.com|railway\.app|linode\.com|vultr\.com|godaddy\.com|namecheap\.com|gandi\.net|management\.azure\.com|launchdarkly\.com|app\.terraform\.io|fastly\.com|auth0\.com|okta\.com|algolia\.net|supabase\.co|(?:compute|run|sqladmin|dns|container|storage|cloudresourcemanager)\.googleapis\.com|amazonaws\.com)\//,
    verdict: CHANGES_SERVICE,
  },
];
/** A variable for the address at which a message is sent. */
export const MESSAGE_VARIABLE = /\$\{?\w*(?:WEBHOOK|SLACK|DISCORD|TEAMS)/;
/** A key for tests, or a host for them. */
export const FOR_TESTS = /[sr]k_test_|\bsandbox\b|\bstaging-test\b/;
/** A host whose name says that others use it. */
export const PRODUCTION_HOST = /^https?:\/\/[^/]*\b(?:prod|production|live)\b/;
export const MERGE_PATH = /\/(?:merge|merges|releases|dispatches|deployments)$/;
export const REF_PATH = /\/git\/refs\//;
/** Paths of a forge for members, keys, secrets and what protects branches. */
export const PERMISSIONS_PATH =
  /\/(?:collaborators|memberships|members|teams|protection|protected_branches|secrets|variables|keys|deploy_keys|hooks|rulesets|environments|invitations|transfer|access_tokens)(?:\/|$)/;
/** Fields of a repository that decide who sees or changes it. */
export const PERMISSIONS_FIELD = /^(?:visibility|private|archived|default_branch)=/;
/** Mutations of a GraphQL API that merge or delete. */
export const MUTATION = /\bmutation\b/;
export const MERGING_MUTATION = /\b(?:merge|delete|enablePullRequestAuto)/;

/** Arguments that show that a workflow is more than a check. */
export const DELIVERS =
  /deploy|releas|publish|\bprod\b|production|migrat|rollback|destroy|delete|\bcd\b/i;
