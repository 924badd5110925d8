import * as z from 'zod/mini';

/** The events that targets can subscribe to. */
const NOTIFY_EVENTS = [
  'run.started',
  'task.completed',
  'task.failed',
  'gate.waiting',
  'run.ended',
  'schedule.missed',
  'webhook.failed',
] as const;

const A_VARIABLE = 'the name of an environment variable such as "SWARM_NOTIFY_SECRET"';
export const variableName = z
  .string(A_VARIABLE)
  .check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, A_VARIABLE), z.maxLength(128));

const A_SECRET_FILE = 'the path of a file that only you can read (mode 600)';
export const secretFile = z.string(A_SECRET_FILE).check(z.regex(/^\P{Cc}+$/u, A_SECRET_FILE));

const AN_ADDRESS = 'an address that begins with https:// (http:// only for this machine)';

/** Others would read along, and see the signature, on an unencrypted way. */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}

const notifyTarget = z
  .strictObject({
    url: z.optional(
      z.string(AN_ADDRESS).check(z.refine(isSafeAddress, AN_ADDRESS)).register(z.globalRegistry, {
        description: 'Where messages are posted to.',
      }),
    ),
    urlEnv: z.optional(variableName).register(z.globalRegistry, {
      description: 'The environment variable that holds the address, if it is a secret itself.',
    }),
    secretEnv: z.optional(variableName).register(z.globalRegistry, {
      description: 'The environment variable that holds the secret with which messages are signed.',
    }),
    secretFile: z.optional(secretFile).register(z.globalRegistry, {
      description: 'A file with that secret, which only you can read.',
    }),
    format: z._default(z.enum(['standard-webhooks', 'slack']), 'standard-webhooks'),
    events: z.array(z.enum(NOTIFY_EVENTS)).check(z.minLength(1)),
  })
  .check(
    z.check(({ value, issues }) => {
      const expect = (message: string) => issues.push({ code: 'custom', message, input: value });
      if ((value.url === undefined) === (value.urlEnv === undefined)) {
        expect('either url or urlEnv');
      }
      if (value.format === 'slack') return;
      if ((value.secretEnv === undefined) === (value.secretFile === undefined)) {
        expect('either secretEnv or secretFile, with which messages are signed');
      }
    }),
  );
export type NotifyTarget = z.infer<typeof notifyTarget>;

/** `notify.targets` of the configuration. */
export const notifyTargets = z.array(notifyTarget).check(z.maxLength(20));
