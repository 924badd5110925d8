/** What the supported clients accept as `--permission-mode`; newer ones call the default `manual`. */
export const PERMISSION_MODES = [
  'default',
  'manual',
  'acceptEdits',
  'auto',
  'bypassPermissions',
  'dontAsk',
  'plan',
] as const;
