import { readPatterns } from '../programs/command-pattern.ts';

/** Programs and builtins that change no file that they are given, unless an option says so. */
export const READS_ONLY: ReadonlySet<string> = new Set(
  (
    ': . [ ack ag awk basename bat bzcat cat cd cksum cmp column comm curl cut date df diff dig dirname du echo egrep ' +
    'env exit export eza false fd fgrep file find fmt fold free gawk getent getfacl grep gzcat head hexdump host ' +
    'hostname id ifconfig iostat jq join journalctl last less lesspipe local locate ls lsblk lscpu lsof md5sum mdfind ' +
    'more mpstat netstat nl nproc nslookup od pgrep pidof ping popd printenv printf ps pushd pwd ' +
    'read readlink realpath return rg sar sed seq set sha1sum sha256sum shasum shift sleep sort source ss ' +
    'stat strings sum tac tail test top tr traceroute tree true type uname uniq unset uptime vmstat w watch wc ' +
    'which who whoami xargs xxd xzcat yq zcat zgrep zless'
  ).split(' '),
);

/** Options with which some of them write after all. */
export const WRITES_AFTER_ALL: ReadonlyMap<string, RegExp> = new Map([
  ['awk', /^inplace$|>/],
  [
    'curl',
    /^(?:-X|--request|-[a-zA-Z]*[dFToO]$|-[doT].|--data|--json|--form|--upload|--output|--remote-name)/,
  ],
  ['find', /^-(?:delete|fprint.*|fls)$/],
  ['gawk', /^inplace$|>/],
  ['sed', /^-[nErsuz]*i|^--in-place/],
  ['sort', /^(?:-o|--output)/],
  ['yq', /^(?:-i|--inplace)$/],
]);

/** Subcommands that only show something. */
export const SHOWS: ReadonlyMap<string, ReturnType<typeof readPatterns>> = patternsByProgram([
  'git status|log|show|diff|branch|rev-parse|remote|fetch|describe|ls-files|tag|rev-list|blame|grep',
  'docker ps|logs|inspect|images|stats|top|version|info|port|events',
  'docker compose|container|image|volume|network|system|service|stack|node ps|logs|config|images|ls|inspect|df|top|version',
  'systemctl|service status|show|is-active|is-enabled|is-failed|list-units|list-timers|cat|list-unit-files',
  'service * status',
  'kubectl get|describe|logs|top|version|config|cluster-info|explain|events',
  'helm list|status|history|get',
  'pm2 ls|list|status|logs|show|describe|jlist',
  'supervisorctl|nginx|apachectl status|configtest',
  'nginx|apachectl|sshd -t',
  'nginx -T',
  'crontab -l',
  'npm|pnpm|yarn|pip|gem ls|list|outdated|view|freeze|show',
  'ip a|addr|address|r|route|link',
  'ufw status',
  'iptables|nft -L|-S|list',
  'redis-cli info|get|ping|keys|dbsize|ttl|llen',
  'dpkg|rpm|snap|apt|brew -l|-qa|list|policy|show',
  'certbot certificates',
  'openssl x509|s_client|version',
  'rails|rake routes|about|stats|notes|db:version|db:migrate:status',
  'manage.py showmigrations|check|diffsettings',
  'node|python|ruby|php|java|go -v|version',
  'swarm|swarm-parallel **',
]);

/** Options with which any program only tells something about itself. */
export const TELLS = /^(?:--version|--help|-V|-version)$/;

function patternsByProgram(texts: readonly string[]) {
  const found = new Map<string, ReturnType<typeof readPatterns>>();
  for (const pattern of texts.flatMap(readPatterns)) {
    found.set(pattern.program, [...(found.get(pattern.program) ?? []), pattern]);
  }
  return found;
}
