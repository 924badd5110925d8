import type { Verdict } from '../shell/rule-set.ts';

export const CHANGES_OTHER_MACHINE: Verdict = {
  rule: 'change-other-machine',
  reason: 'It changes something on another machine, where nothing is under version control.',
};

/** A path on another machine, as scp and rsync name it: `host:path`, `user@host:path`. */
export const ON_OTHER_MACHINE = /^(?:rsync|sftp|scp):\/\/|^(?!\w:[\\/])[^/:\s]+:(?!\/\/)/;
/** Programs that copy to the last path that they are given. */
export const COPIES_TO_LAST: ReadonlySet<string> = new Set(['scp', 'rsync', 'sftp']);
/** Where anyone may write on another machine, too. */
export const MAY_BE_WRITTEN = /^(?:\/dev\/(?:null|stdout|stderr|fd\/.*)|\/tmp\/.+|\d+|-)$/;
