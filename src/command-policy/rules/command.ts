import { type CommandPattern, matchPattern, readPatterns } from '../command-pattern.ts';
import { type Call, hasOption, type Verdict } from '../shell/call.ts';

interface CommandRule extends Verdict {
  /** Patterns, see `readPatterns`. */
  commands: readonly string[];
  /** With one of these options the command does no harm. */
  unless?: readonly string[];
  /** With an argument like this one it does no harm. */
  unlessArgument?: RegExp;
  /** Whether a word that is not known is taken for another one. */
  isByName?: boolean;
}

/** With these a command only shows what it would do. */
const SHOWS_ONLY = ['--dry-run', '--dryrun', '--help', '-help'];
const IS_IN_FACT_RUN = /^--dry-?run=(?:none|false)$/;

/** A registry or service on this machine. */
export const LOCAL_HOST =
  /^(?:[\w+.-]+:\/\/)?(?:[^/@]*@)?(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|host\.docker\.internal)(?:[:/]|$)/;

/** Names by which scripts and targets say what they do. */
const DELIVERS = 'deploy:prod*|deploy-prod*|deploy:live|deploy:all|publish|destroy';
const EMPTIES = 'db:drop|db:reset|db:wipe|db:fresh|db-drop|db-reset|db-wipe|prisma:reset';
const SCRIPT_FILES = ['deploy', 'publish', 'release', 'destroy']
  .flatMap((name) =>
    ['sh', 'py', 'rb', 'js', 'mjs', 'ts'].map((extension) => `${name}.${extension}`),
  )
  .join('|');

const RULES: readonly CommandRule[] = [
  {
    rule: 'publish',
    reason: 'A version that is published cannot be taken back or published again.',
    unless: ['--snapshot', '--skip-publish', '--skip=publish'],
    unlessArgument: LOCAL_HOST,
    commands: [
      'npm|pnpm|yarn|bun|lerna|changeset|deno|jsr publish',
      'npm unpublish|deprecate',
      'pnpm deprecate|unpublish',
      'pnpm recursive publish',
      'yarn ** npm publish',
      'yarn workspace * publish',
      'nx release',
      'semantic-release',
      'np',
      'release-it',
      'auto shipit',
      'release-plz release',
      'goreleaser release',
      'goreleaser --clean',
      'poetry|uv|pdm|flit|hatch|rye|maturin publish',
      'twine|maturin upload',
      'setup.py ** upload',
      'gem push|yank',
      'rails release',
      'pod trunk push',
      'dart|flutter pub publish',
      'mix hex.publish',
      'luarocks|conan|anaconda|hf upload',
      'rebar3 hex publish',
      'elm publish',
      'cabal upload --publish',
      'lein deploy',
      'mvn deploy|deploy:deploy|release:perform|nexus-staging:release',
      'gradle publish|*:publish|publishPlugins|publishAllPublications*|publish*Repository',
      'gradle publishToSonatype|publishToMavenCentral|publishAndReleaseToMavenCentral',
      'gradle uploadArchives|bintrayUpload|artifactoryPublish',
      'sbt publish|publishSigned|+publish|+publishSigned|ci-release',
      'nuget push|delete',
      'dotnet nuget push|delete',
      'swift package-registry publish',
      'docker|buildah|helm|oras|crane|cog|choco push',
      'crane copy',
      'skopeo copy * docker://*',
      'earthly --push',
      'pack build --publish',
      'bazel run *push|*publish',
      'docker image|compose|manifest push',
      'docker build|compose --push',
      'docker buildx build|bake --push',
      'vsce|ovsx publish|unpublish',
      'snapcraft upload|push|release',
      'dput',
      'eas submit',
      'expo publish',
      'fastlane ** release|deliver|beta',
      'xcrun altool --upload-app',
    ],
  },
  {
    rule: 'publish',
    reason: 'A version that is published cannot be taken back or published again.',
    unless: ['-n'],
    commands: ['cargo publish|yank', 'cargo workspaces|ws publish', 'cargo release --execute'],
  },
  {
    rule: 'publish',
    reason: 'What `ko` builds it publishes as well.',
    unless: ['--local', '-L', '--push=false'],
    commands: ['ko build|publish|apply'],
  },
  {
    rule: 'run-script',
    reason: 'By its name the script deploys, publishes or deletes.',
    isByName: true,
    unless: ['-n', '--just-print', '--list', '--summary'],
    commands: [
      `npm|pnpm|yarn|bun|lerna|turbo run|run-script deploy|release|${DELIVERS}|${EMPTIES}`,
      `yarn deploy|release|${DELIVERS}|${EMPTIES}`,
      // `pnpm deploy` copies a package into a directory.
      `pnpm release|${DELIVERS}|${EMPTIES}`,
      'nx run *:deploy|*:publish|*:release|*:destroy',
      'nx|turbo deploy|release|publish',
      `make|just|task|mage|invoke|inv|grunt|gulp|composer deploy|${DELIVERS}|${EMPTIES}`,
      SCRIPT_FILES,
    ],
  },
  {
    rule: 'merge-or-release',
    reason: 'A merge or a release on a forge is public at once and starts what follows from it.',
    unless: ['--disable-auto'],
    commands: [
      'gh pr merge',
      'glab mr merge|accept',
      'glab release create',
      'gh release edit --draft=false',
      'tea pr|pulls merge',
      'az repos pr update --status=completed',
      'az repos pr update --auto-complete',
    ],
  },
  {
    rule: 'merge-or-release',
    reason: 'A release on a forge is public at once and starts what follows from it.',
    unless: ['--draft', '-d'],
    commands: ['gh|hub release create', 'tea release create'],
  },
  {
    rule: 'delete-on-forge',
    reason: 'What is deleted on a forge cannot be brought back.',
    unlessArgument: /^(?:alias|cache|codespace|config|extension|help)$/,
    commands: [
      'gh|glab|hub|tea * delete|remove|item-delete|field-delete',
      'gh release delete-asset',
      'gh release upload --clobber',
      'gh pr close --delete-branch',
      'gh pr close -d',
      'gh repo sync --force',
      'gh repo edit --visibility',
    ],
  },
  {
    rule: 'change-infrastructure',
    reason: 'It changes or destroys live infrastructure.',
    commands: [
      'terraform|terragrunt|pulumi apply|destroy',
      'terragrunt run-all|run apply|destroy',
      'terragrunt run-all|run ** apply|destroy',
      'pulumi up|update',
      'pulumi stack rm',
      'pulumi state delete',
      'terraform workspace delete',
      'terraform state rm|push',
      'terraform force-unlock',
      'terragrunt apply-all|destroy-all',
      'cdk|cdktf|sam|sst deploy|destroy|delete|remove',
      'cdktf apply',
      'kubectl delete|drain',
      'kubectl replace --force',
      'kubectl apply --prune',
      'helm uninstall|delete',
      'helmfile destroy|delete',
      'argocd app delete',
      'flux|velero|istioctl ** delete|uninstall',
      'eksctl|kops|skaffold delete',
      'nomad job stop',
      'docker stack|service|secret|config rm|remove',
      'docker swarm leave',
      'azd up|down|provision',
      'az deployment ** create',
      'aws cloudformation update-stack|execute-change-set',
      'iptables -F',
      'ufw reset',
      'kustomize delete',
      'kind|minikube|k3d delete --all',
    ],
  },
  {
    rule: 'change-infrastructure',
    reason: 'It changes live machines.',
    unless: ['--check', '-C', '--syntax-check', '--list-hosts', '--list-tasks', '--list-tags'],
    unlessArgument: /^(?:localhost,?|127\.0\.0\.1,?|local)$/,
    commands: ['ansible-playbook'],
  },
  {
    rule: 'delete-in-cloud',
    reason: 'What is deleted in a cloud account cannot be brought back.',
    unlessArgument: LOCAL_HOST,
    commands: [
      'aws * delete-*|batch-delete-*|terminate-*|purge-*|deregister-*|release-*',
      'aws kms schedule-key-deletion',
      'aws s3 rb|rm',
      'aws s3 sync --delete',
      'gcloud ** delete|destroy',
      'gcloud storage rm',
      'gcloud storage rsync --delete-unmatched-destination-objects',
      'gsutil rm|rb',
      'gsutil rsync -d',
      'bq rm',
      'az ** delete|purge|delete-batch',
      'doctl|oci|linode-cli|hcloud|ibmcloud|scw|exo|vultr-cli ** delete|*-delete|destroy|rm|terminate',
      'civo|turso|neonctl|pscale|supabase|atlas|dokku|cf ** delete|*:destroy|destroy',
      's5cmd|b2|azcopy rm|remove',
      'mc mirror --remove',
      'rclone delete|purge|sync|deletefile|rmdirs',
      's3cmd del|rb|rm',
      'mc rm|rb',
      'fly|heroku|vercel|railway|wrangler ** delete|*:delete|destroy|rm|remove',
      'heroku *:destroy|*:remove|*:unset|pg:reset',
      'railway down',
      'wrangler kv:key delete',
      'netlify sites:delete|env:unset',
      'netlify api delete*',
      'firebase firestore:delete|database:remove|functions:delete|hosting:disable',
      'eb terminate',
    ],
  },
  {
    rule: 'deploy',
    reason: 'A deploy changes at once what others use.',
    unlessArgument: /^(?:build|pull|env|logs|ls|list|inspect|dev)$/,
    commands: ['vercel --prod', 'vercel --production', 'vercel --target=production'],
  },
  {
    rule: 'deploy',
    reason: 'A deploy changes at once what others use.',
    commands: [
      'vercel promote|rollback',
      'vercel alias set',
      'netlify deploy --prod',
      'netlify deploy -p',
      'netlify deploy --prod-if-unlocked',
      'fly|firebase|wrangler|serverless|kamal|convex|deployctl|modal|copilot|eb|supabase deploy',
      'wrangler publish|rollback',
      'wrangler pages|versions deploy|publish',
      'wrangler versions upload',
      'serverless remove|rollback',
      'kamal setup|remove|rollback',
      'copilot * deploy|delete',
      'mina|fab|dep|zappa|chalice|clasp|azd deploy',
      'zappa|chalice update|undeploy|delete',
      'pm2 deploy',
      'mike deploy --push',
      'heroku container:release|releases:rollback|pipelines:promote',
      'func azure functionapp publish',
      'cf push',
      'doctl apps create-deployment',
      'aws deploy create-deployment',
      'supabase functions deploy',
      'supabase db push',
      'gcloud ** deploy',
      'az webapp|functionapp|containerapp|staticwebapp ** deploy|up|config-zip',
      'railway up|redeploy',
      'cap * deploy',
      'amplify push|publish|delete',
      'gh-pages',
      'surge',
      'mkdocs gh-deploy',
      'eas update',
      'shopify theme push|publish',
      'shopify app deploy',
      'aws cloudformation deploy',
      'aws ecs update-service',
      'aws lambda update-function-code',
    ],
  },
  {
    rule: 'deploy',
    reason: 'It starts the app anew with other secrets.',
    unless: ['--stage'],
    commands: ['fly secrets set|unset'],
  },
  {
    rule: 'drop-database',
    reason: 'It deletes a database or all that is in it.',
    commands: [
      'dropdb',
      'mysqladmin drop',
      'redis-cli|valkey-cli flushall|flushdb',
      'pg_restore --clean',
      'pg_restore -c',
      'mongorestore --drop',
      'rails db:drop|db:drop:*|db:reset|db:purge|db:migrate:reset|db:schema:load|db:truncate_all',
      'rails db:seed:replant|db:setup',
      'prisma migrate reset',
      'prisma db push --force-reset',
      'prisma db push --accept-data-loss',
      'drizzle-kit push --force',
      'typeorm schema:drop',
      'typeorm-ts-node-esm|typeorm-ts-node-commonjs schema:drop',
      'sequelize|sequelize-cli db:drop|db:migrate:undo:all',
      'knex migrate:rollback --all',
      'alembic downgrade base',
      'flask db downgrade base',
      'manage.py|django-admin|django flush|reset_db',
      'manage.py migrate * zero',
      'artisan migrate:fresh|migrate:reset|migrate:refresh|db:wipe',
      'console doctrine:database:drop|doctrine:schema:drop|d:d:d',
      'mix ecto.drop|ecto.reset',
      'dotnet ef database drop',
      'supabase db reset',
      'flyway clean',
      'gradle flywayClean|dropAll',
      'mvn flyway:clean|liquibase:dropAll',
      'liquibase drop-all|dropAll',
      'goose ** reset|down-to',
      'migrate ** drop',
      'migrate ** down -all',
      'atlas schema clean',
      'wp db reset|drop|clean',
      'drush sql:drop|sql-drop',
      'sqlx|diesel database drop|reset',
      'dbmate drop',
      'influx ** delete',
      'etcdctl del --prefix',
      'kafka-topics|kafka-topics.sh --delete',
      'rabbitmqctl purge_queue|delete_queue|delete_vhost|reset|force_reset',
    ],
  },
  {
    rule: 'delete-data',
    reason: 'It deletes data that only this machine has.',
    commands: [
      'docker volume rm|remove|prune',
      'docker compose down -v',
      'docker compose down --volumes',
      'docker compose rm -v',
      'docker system prune --volumes',
      'docker system reset',
      'docker container rm -v',
      'docker rm -v',
      'crontab -r',
      'zfs|zpool destroy',
      'zfs rollback',
      'vagrant|limactl|colima|multipass destroy|delete',
      'virsh undefine',
      'restic|borg|borgmatic forget|prune|delete',
      'dvc gc',
      'nix-collect-garbage -d',
      'apt purge',
      'apt remove --purge',
      'gpg --delete-secret-keys',
      'gpg --delete-secret-and-public-key',
      'pass rm|remove|delete',
      'vault ** delete|destroy',
      'op|bw|doppler ** delete',
      'gio trash --empty',
      'trash-empty',
      'lvremove|vgremove|pvremove',
      'btrfs subvolume delete',
      'tmutil delete',
      'userdel -r',
      'security delete-keychain|delete-generic-password',
    ],
  },
  {
    rule: 'overwrite-device',
    reason: 'It overwrites a whole device.',
    commands: [
      'nvme format|sanitize',
      'hdparm --security-erase',
      'mdadm --zero-superblock',
      'fastboot flash|erase',
      'esptool erase_flash|erase-flash',
    ],
  },
  {
    rule: 'stop-machine',
    reason: 'It ends whatever others have at work on the machine.',
    unless: ['-c'],
    commands: [
      'shutdown|reboot|poweroff|halt',
      'systemctl poweroff|reboot|halt|kexec',
      'init|telinit 0|6',
      'loginctl terminate-user|terminate-session|kill-user',
      'kill -9 -1',
      'kill -KILL -1',
    ],
  },
];

const NAME_OF_OPTION = /^--[\w-]+=/;

const RULES_OF_PROGRAM = new Map<string, { rule: CommandRule; pattern: CommandPattern }[]>();
for (const rule of RULES) {
  for (const pattern of rule.commands.flatMap(readPatterns)) {
    const known = RULES_OF_PROGRAM.get(pattern.program) ?? [];
    RULES_OF_PROGRAM.set(pattern.program, [...known, { rule, pattern }]);
  }
}

/** What the commands that are known to be irreversible begin with. */
export const COMMAND_PATTERNS: readonly CommandPattern[] = [...RULES_OF_PROGRAM.values()].flatMap(
  (rules) => rules.map(({ pattern }) => pattern),
);

/** Judges a call by the commands that are known to be irreversible. */
export function judgeCommand({ program, args }: Call): Verdict | null {
  const isRun = !hasOption(args, ...SHOWS_ONLY) || args.some((arg) => IS_IN_FACT_RUN.test(arg));
  if (!isRun) return null;
  for (const { rule, pattern } of RULES_OF_PROGRAM.get(program) ?? []) {
    const match = matchPattern(pattern, program, args);
    if (!match || hasOption(args, ...(rule.unless ?? []))) continue;
    if (rule.isByName && !match.isSure) continue;
    if (args.some((arg) => rule.unlessArgument?.test(arg.replace(NAME_OF_OPTION, '')))) continue;
    const command = [pattern.program, ...pattern.words].join(' ');
    return match.isSure
      ? { rule: rule.rule, reason: rule.reason }
      : { rule: rule.rule, reason: `A part is not known beforehand, so it may be \`${command}\`.` };
  }
  return null;
}
