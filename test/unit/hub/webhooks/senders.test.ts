import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sender } from '../../../../src/hub/config/triggers-schema.ts';
import { SENDER_KINDS } from '../../../../src/hub/webhooks/senders/sender-kinds.ts';

/** GitHub's example: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
const GITHUB = {
  secret: "It's a Secret to Everybody",
  body: 'Hello, World!',
  headers: {
    'X-Hub-Signature-256':
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    'X-GitHub-Delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'X-GitHub-Event': 'ping',
  },
  now: 0,
};

/** The test vector of https://github.com/standard-webhooks/standard-webhooks */
const STANDARD = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  body: '{"test": 2432232314}',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  now: 1_614_265_330_000,
};

/** Slack's example: https://api.slack.com/authentication/verifying-requests-from-slack */
const SLACK = {
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  headers: {
    'X-Slack-Request-Timestamp': '1531420618',
    'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  },
  now: 1_531_420_618_000,
};

const BEARER = {
  secret: 'a-long-token',
  body: '{"type":"deploy"}',
  headers: { Authorization: 'Bearer a-long-token' },
  now: 0,
};

const EXAMPLES = Object.entries({
  github: GITHUB,
  'standard-webhooks': STANDARD,
  slack: SLACK,
  bearer: BEARER,
}) as [Sender, typeof GITHUB][];

type Example = (typeof EXAMPLES)[number][1];

function verify(sender: Sender, { secret, body, headers, now }: Example): Promise<void> {
  vi.setSystemTime(now);
  return SENDER_KINDS[sender].verify({ headers: new Headers(headers), body }, secret, now);
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

describe.each(EXAMPLES)('a delivery from %s', (sender, example) => {
  it('is accepted with the published signature', async () => {
    await expect(verify(sender, example)).resolves.toBeUndefined();
  });

  it('is rejected with another secret', async () => {
    // The other one must also be base64.
    const secret = example.secret.replace(/.{4}$/, 'AAAA');
    await expect(verify(sender, { ...example, secret })).rejects.toMatchObject({ status: 401 });
  });

  it('is rejected without its headers', async () => {
    const headers = {} as Example['headers'];
    await expect(verify(sender, { ...example, headers })).rejects.toMatchObject({ status: 400 });
  });

  it('can be signed for a test', async () => {
    const { secret, body, now } = example;
    vi.setSystemTime(now);
    const facts = { id: 'id-1', event: 'ping', now };
    const headers = new Headers(await SENDER_KINDS[sender].sign(body, secret, facts));
    await SENDER_KINDS[sender].verify({ headers, body }, secret, now);
  });
});

describe.each(EXAMPLES.filter(([sender]) => sender !== 'bearer'))('%s', (sender, example) => {
  it('rejects a changed body', async () => {
    const body = `${example.body} `;
    await expect(verify(sender, { ...example, body })).rejects.toMatchObject({ status: 401 });
  });

  it('rejects a malformed signature', async () => {
    const headers = Object.fromEntries(
      Object.entries(example.headers).map(([name, value]) => [
        name,
        /signature/i.test(name) ? `${value}z` : value,
      ]),
    ) as Example['headers'];
    await expect(verify(sender, { ...example, headers })).rejects.toMatchObject({ status: 401 });
  });
});

describe.each(EXAMPLES.filter(([sender]) => /slack|standard/.test(sender)))(
  '%s',
  (sender, example) => {
    it.each([-301_000, 301_000])('rejects a delivery that is %i ms off', async (ms) => {
      const now = example.now + ms;
      await expect(verify(sender, { ...example, now })).rejects.toMatchObject({ status: 401 });
    });
  },
);

describe('the event of a delivery', () => {
  const describeIt = (sender: Sender, payload: object, headers: Record<string, string> = {}) =>
    SENDER_KINDS[sender].describe({ headers: new Headers(headers), body: '' }, payload);

  it('has the action that GitHub names', () => {
    const headers = { 'X-GitHub-Event': 'pull_request', 'X-GitHub-Delivery': 'd-1' };
    expect(describeIt('github', { action: 'opened' }, headers)).toEqual({
      id: 'd-1',
      event: 'pull_request.opened',
    });
    expect(describeIt('github', {}, headers).event).toBe('pull_request');
  });

  it('is that inside the envelope of Slack', () => {
    const payload = { type: 'event_callback', event_id: 'Ev1', event: { type: 'app_mention' } };
    expect(describeIt('slack', payload)).toEqual({ id: 'Ev1', event: 'app_mention' });
  });

  it('ignores a type that is no text', () => {
    expect(describeIt('standard-webhooks', { type: { a: 1 } }).event).toBe('');
  });
});
