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
