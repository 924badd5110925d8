import type { Verdict } from '../shell/rule-set.ts';

export const OVERWRITES_DEVICE: Verdict = {
  rule: 'overwrite-device',
  reason: 'It overwrites an entire device.',
};
export const SHREDS: Verdict = {
  rule: 'shred',
  reason: 'Files that `shred` has overwritten cannot be restored.',
};
export const REPLACES_CRONTAB: Verdict = {
  rule: 'delete-data',
  reason: 'It replaces the entire crontab.',
};
export const DELETES_ELSEWHERE: Verdict = {
  rule: 'delete-outside',
  reason: 'It deletes files on another machine.',
};

export const OVERWRITES_SECRET: Verdict = {
  rule: 'delete-secret',
  reason: 'A key or password that has been deleted or overwritten cannot be restored.',
};
export const HALTS: Verdict = {
  rule: 'stop-machine',
  reason: 'It stops everything that is running on the machine, including the work of others.',
};

/** Keys and passwords, by their paths in the home directory. */
export const SECRET_FILE =
  /^\.(?:ssh\/(?:id_[^/]*|[^/]*\.(?:pem|key)|authorized_keys)|aws\/credentials|kube\/config|docker\/config\.json|netrc|npmrc|pypirc|pgpass|git-credentials|gnupg\/.+|password-store\/.+|cargo\/credentials.*|config\/(?:gh\/hosts\.yml|gcloud\/.+|op\/.+|sops\/.+))$/;
/** Programs that overwrite or delete the files that they are given. */
export const REPLACES_FILES: ReadonlySet<string> = new Set(
  'rm unlink cp install tee dd truncate ln wipe'.split(' '),
);
/** Files in a repository's `.git` that git does not make again. */
export const IN_HISTORY =
  /(?:^|\/)\.git\/(?!hooks\/|info\/|\w+_(?:MSG|HEAD|MODE)$|rebase-|gc\.|.*\.lock$)./;
/** Options that delete what has been put into an archive or copied. */
export const DELETES_SOURCES: ReadonlyMap<string, RegExp> = new Map([
  ['tar', /^--remove-files$/],
  ['zip', /^-[a-zA-Z]*m|^--move$/],
  ['7z', /^-sdel$/],
  ['7za', /^-sdel$/],
  ['rsync', /^--remove-source-files$/],
]);
/** Files that say what runs on the machine by itself, and who may do what. */
export const SYSTEM_FILE =
  /^\/(?:etc\/(?:sudoers|cron|systemd|ssh|pam|passwd|shadow|group|fstab|init|rc|ld\.so)|var\/spool\/cron|(?:usr\/)?lib\/systemd|boot\/)/;
export const CHANGES_SYSTEM: Verdict = {
  rule: 'change-permissions',
  reason: 'It changes what runs on the machine by itself, or who may do what.',
};

/** A file that shuts the machine down at once. */
export const SYSRQ = /^\/proc\/sysrq-trigger$/;

/** The path of a device. */
export const DEVICE =
  /^\/dev\/(?:[shv]d[a-z]|xvd[a-z]|nvme|r?disk\d|mmcblk|md\d|md\/|dm-|mapper\/|loop\d|fd\d|sr\d|a?da\d|k?mem$|disk\/)/;

/** A program that formats or partitions devices. */
export interface DeviceProgram {
  program: RegExp;
  /** Arguments with which it only shows something, as it does without arguments. */
  unlessArgument?: RegExp;
  /** The first argument with which it changes a device. */
  firstArgument?: RegExp;
  /** An argument with which it changes a device. */
  anyArgument?: RegExp;
}

export const DEVICE_PROGRAMS: readonly DeviceProgram[] = [
  {
    program:
      /^(?:mkfs(?:\..+)?|mke2fs|mkswap|wipefs|blkdiscard|[sg]?gdisk|parted|s?fdisk|newfs(?:_.+)?)$/,
    unlessArgument: /^(?:-l|--list|-p|--print|-n|--no-act|print|--help|--version|-V|-J|--json)$/,
  },
  {
    program: /^diskutil$/,
    firstArgument: /^(?:erase|partition|reformat|secureErase|zeroDisk|randomDisk)/,
  },
  { program: /^cryptsetup$/, anyArgument: /^(?:luksFormat|erase|luksErase)$/ },
];
