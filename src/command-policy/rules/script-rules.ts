import type { Verdict } from '../shell/rule-set.ts';
import type { CommandRule } from './command-rule.ts';
import { PRODUCTION } from './environments.ts';

/** Names of scripts and targets that tell what they do. */
const DELIVERS =
  'deploy:prod*|deploy-prod*|deploy_prod*|deploy:live|deploy:all|*:deploy|*:deploy:prod*|*-deploy-prod|publish|publish:all|' +
  'undeploy|promote|promote:*|rollback|rollback:*|*:rollback:prod|release:prod*|release-prod*';
const DESTROYS =
  'destroy|destroy:*|destroy-*|*:destroy|*-destroy|teardown|teardown:*|*:teardown|nuke|nuke:*|nuke-*|*:nuke|*-nuke|' +
  'wipe|wipe:*|wipe-*|*:wipe|*-wipe|purge|purge:*|purge-*|*:purge|*-purge|tf:apply|terraform:apply|tf-apply|terraform-apply|infra:apply';
const EMPTIES =
  'db:drop|db:reset|db:fresh|db:truncate|db-drop|db-reset|db_reset|db_drop|prisma:reset|drop-db|reset-db|drop:db|reset:db|' +
  'drop-database|reset-database|migrate:reset|migrate:fresh|migrate:prod*|db:migrate:prod*|db:push:prod*|db:seed:prod*|seed:prod*|reset:prod*|clean:prod*';
const NAMES = `${DELIVERS}|${DESTROYS}|${EMPTIES}`;

/** Parts of a name, or arguments, that say that nothing of others is affected. */
const ONLY_HERE =
  /(?:^|[:_./-])(?:dry|dry-?run|check|checks|tests?|e2e|lint|docs?|previews?|local|dev|development|css|caches?|notes?|plan|validate|list|status|diff|sandbox|help|logs?|hooks?)(?:[:_./-]|$)/;
/** Arguments that name an environment of developers. */
const IN_DEVELOPMENT =
  /^(?:--?)?\w+=(?:dev|development|local|test|sandbox|preview)$|^(?:dev|local|sandbox)$/;

export const SCRIPT_RULES: readonly CommandRule[] = [
  {
    rule: 'run-script',
    reason: 'Its name suggests that the script deploys, publishes or deletes something.',
    isByName: true,
    unless: ['-n', '--just-print', '--list', '--summary'],
    unlessName: ONLY_HERE,
    unlessArgument: IN_DEVELOPMENT,
    commands: [
      `npm|pnpm|yarn|bun|lerna|turbo|node run|run-script deploy|deploy:staging|release|${NAMES}`,
      `yarn deploy|release|${NAMES}`,
      // `pnpm deploy` copies a package into a directory.
      `pnpm release|${NAMES}`,
      'nx run *:deploy|*:publish|*:release|*:destroy',
      'nx|turbo deploy|release|publish',
      'make|just|task|mage apply|deploy*',
      'rails|tox|mage|xtask release|publish*|release:*',
      'tox -e=release',
      'tox -e=publish',
      'cargo xtask publish*|release*|deploy*',
      'go run ** purge|wipe|drop|truncate|delete-all',
      `make|just|task|mage|invoke|inv|grunt|gulp|composer|rails deploy|${NAMES}`,
      'manage.py|django-admin|artisan|console delete_*|purge_*|wipe_*|drop_*|reset_*|*:purge|*:wipe|*:truncate',
    ],
  },
  {
    rule: 'deploy',
    reason: 'It changes the database or the app that others are using.',
    onlyIf: PRODUCTION,
    unlessArgument:
      /^(?:build|status|pull|validate|generate|format|diff|list|current|history|--help|--check|--plan|--dry-run)$/,
    commands: [
      'rails|rake db:*|runner|console|data:*|assets:sync',
      'prisma migrate|db deploy|push|execute|seed|resolve',
      'knex migrate:*|seed:run',
      'sequelize|sequelize-cli db:migrate*|db:seed*',
      'typeorm migration:run|migration:revert',
      'alembic|flask|goose|dbmate|migrate|sqlx|diesel|mix ** upgrade|downgrade|up|down|migrate|ecto.*|run|redo',
      'manage.py|django-admin migrate|loaddata|shell|dbshell|runscript',
      'artisan migrate|migrate:*|db:seed|tinker|down',
      'drizzle-kit push|migrate',
      'flyway|liquibase|atlas|skeema|sqitch ** migrate|update|apply|push|deploy|revert|rollback',
      'supabase|hasura|convex ** push|apply|deploy|run|import',
      'npm|pnpm|yarn|bun|make|just|task migrate|migrate:*|db:migrate|seed|db:seed|sync|import',
      'npm|pnpm|yarn|bun run migrate|migrate:*|db:migrate|seed|db:seed|sync|import',
      'dbt run|build|seed|snapshot|run-operation',
      'airflow|prefect|dagster ** trigger|clear|backfill|delete|run',
      'serverless|sls|sam|cdk|ecs-cli|cap|mina ** deploy|up|remove|rollback',
    ],
  },
];

export const RUNS_DELIVERY: Verdict = {
  rule: 'run-script',
  reason: 'Its name suggests that the script deploys, publishes or deletes something.',
};

/** Directories for scripts that deliver something. */
const DELIVERY_DIRECTORY = /(?:^|\/)(?:deploy(?:ment)?s?|releases?|rollouts?)\/[\w.-]+$/;

/** What a build has made of the project itself. */
const BUILD_OUTPUT =
  /(?:^|\/)(?:\.?build|target|out|obj|bin|cmake-build-\w+)\/(?:[\w.-]+\/)*releases?\//i;

/** Whether the path of a script file tells that it affects what others use. */
export function isDeliveryScript(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isInDirectory = DELIVERY_DIRECTORY.test(path) && !BUILD_OUTPUT.test(path);
  const isDelivery = HARMFUL_FILE.test(name) || isInDirectory;
  return isDelivery && !ONLY_HERE.test(path);
}

const HARMFUL_FILE =
  /^(?:\w+[-_.])*?(?:deploy|ship[-_]it|undeploy|redeploy|publish|release|destroy|teardown|tear[-_]down|nuke|wipe|purge|rollback|roll[-_]?out|promote|canary|cut[-_]?over|fail[-_]?over|go[-_]?live|drop[-_](?:db|database|tables?|all\w*|schema)|(?:db|database)[-_](?:drop|reset|wipe)|reset[-_](?:db|database|prod\w*|all\w*)|delete[-_](?:all|old|users?|prod\w*|data|accounts?|records|customers?|orders?|tenants?)\w*)(?:[-_.][\w]+)*$/i;
/** Extensions of scripts. */
export const SCRIPT_EXTENSION = /\.(?:sh|bash|zsh|py|rb|js|mjs|cjs|ts|mts|pl|php)$/;
