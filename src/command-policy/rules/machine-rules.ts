import { PROCESSES_OF, SERVICE, SERVICE_PORTS } from '../programs/program-output.ts';
import type { CommandRule } from './command-rule.ts';

/** Programs that agents, servers and shells of everybody run in. */
const RUN_BY_ALL =
  'node|nodejs|bun|deno|npm|npx|claude|codex|cursor|code|python|python3|java|ruby|php|bash|sh|zsh|fish|tmux|screen|ssh|sshd|systemd|dockerd|docker|containerd|Electron|postgres|postmaster|mysqld|mariadbd|redis-server|mongod|nginx|apache2|httpd';

/** Commands that affect the whole machine. */
export const MACHINE_RULES: readonly CommandRule[] = [
  {
    rule: 'overwrite-device',
    reason: 'It overwrites an entire device.',
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
    reason: 'It stops everything that is running on the machine, including the work of others.',
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
  {
    rule: 'stop-machine',
    reason: 'It cuts off or shuts down more than this agent can bring back.',
    commands: [
      'systemctl suspend|hibernate|hybrid-sleep|isolate|emergency|rescue',
      'ip link set|delete ** down',
      'ip link delete',
      'ip route|addr|address flush|del',
      'ifconfig|nmcli|ifdown ** down|delete|off',
      'iptables|ip6tables -X',
      'iptables|ip6tables -P',
      'nft flush|delete',
      'ufw disable|default|allow|deny|delete|insert|limit',
      'scancel|qdel|bkill',
      'nrfjprog --recover',
      'nrfjprog --eraseall',
      'pmset sleepnow',
      'kill -- -1',
      'badblocks -w',
      'espefuse|espefuse.py burn_*|burn-*',
      'asr restore --erase',
      'diskutil apfs|coreStorage|appleRAID ** delete*|erase*',
      'launchctl reboot|bootout',
    ],
  },
  {
    rule: 'stop-machine',
    reason: 'It changes the services of the machine that others are using.',
    unless: ['--user'],
    commands: [
      'systemctl stop|disable|enable|mask|kill|set-default',
      'service ** stop|restart',
      'rc-update|chkconfig|update-rc.d del|off|remove|disable',
    ],
  },
  {
    rule: 'change-permissions',
    reason: 'It changes what users of the machine may do.',
    commands: [
      'usermod|gpasswd|visudo|groupdel|groupmod',
      'ldapdelete|ldapmodify|ldapmodrdn|ldappasswd|ldapadd',
      'samba-tool ** setpassword|disable|addmembers|removemembers',
      'setfacl -R',
      'adduser|useradd ** sudo|docker|wheel|root',
    ],
  },
  {
    rule: 'end-processes',
    reason: 'It ends every process of that name, including other agents and their servers.',
    unless: ['-l', '--list-name'],
    commands: [
      `killall|pkill|skill ** ${RUN_BY_ALL}`,
      `pkill ** ${RUN_BY_ALL.replace(/\||$/g, '.*$&')}`,
      `kill ** ${PROCESSES_OF}${SERVICE}`,
      `fuser -k ** ${SERVICE_PORTS.map((port) => `${port}/tcp`).join('|')}`,
      `kill ** ${RUN_BY_ALL.split('|')
        .map((name) => `${PROCESSES_OF}${name}`)
        .join('|')}`,
      'killall|pkill|skill -u',
      'killall|pkill|skill -U',
      'taskkill ** /IM',
      'pm2 kill',
    ],
  },
  {
    rule: 'run-agent',
    reason: 'It starts an agent that may do anything without being asked.',
    commands: [
      'claude --dangerously-skip-permissions',
      'claude --permission-mode=bypassPermissions',
      'codex --dangerously-bypass-approvals-and-sandbox',
      'codex|gemini|qwen|copilot|amp --yolo',
      'codex|gemini|qwen --full-auto',
      'copilot --allow-all-tools',
      'aider --yes-always',
      'amp --dangerously-allow-all',
    ],
  },
];
