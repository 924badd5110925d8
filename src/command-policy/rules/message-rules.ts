import type { CommandRule } from './command-rule.ts';

/** Commands that reach people, or their money. */
export const MESSAGE_RULES: readonly CommandRule[] = [
  {
    rule: 'send-message',
    reason: 'A message that has been sent cannot be taken back.',
    unless: ['--dry-run', '-bt', '-bv', '-bp', '--print-only'],
    unlessArgument: /^(?:localhost|127\.0\.0\.1)(?::\d+)?$|mailhog|mailpit/,
    commands: [
      'sendmail|ssmtp|msmtp|swaks|sendemail|git-send-email|s-nail',
      'mail|mailx|mutt|neomutt -s',
      'git send-email',
      'aws ses|sesv2|pinpoint|pinpoint-sms-voice-v2 send-*',
      'aws sns publish',
      'twilio *messages:create|*calls:create|*:create|*:remove|*:update',
      'twilio email:send',
      'gcloud ** messages send',
    ],
  },
  {
    rule: 'move-money',
    reason: 'It moves money, or changes what somebody pays.',
    commands: [
      'stripe --live',
      'aws * purchase-*|register-domain|transfer-domain|renew-domain|accept-*quote*',
      'aws savingsplans create-savings-plan',
      'gcloud domains registrations register|transfer',
      'bitcoin-cli|litecoin-cli|lncli|lightning-cli|monero-wallet-cli|eth|geth send*|pay*|transfer*',
      'solana|spl-token|near|sui|aptos|gaiad transfer|send|burn|pay',
    ],
  },
  {
    rule: 'move-money',
    reason: 'What is sent to a public blockchain is final.',
    unlessArgument:
      /localhost|127\.0\.0\.1|devnet|testnet|sepolia|goerli|holesky|amoy|anvil|hardhat$|local/,
    commands: [
      'cast send|publish',
      'forge create',
      'forge script --broadcast',
      'hardhat ** --network',
      'solana program deploy|close',
    ],
  },
];
