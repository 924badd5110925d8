import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/platform/sha256.ts';
import { redactSecrets } from '../../../src/text/redact-secrets.ts';

const ALPHABETS: Readonly<Record<string, string>> = {
  a: 'abcdefghijklmnopqrstuvwxyz0123456789',
  b: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  d: '0123456789',
  h: '0123456789abcdef',
  l: 'abcdefghijklmnopqrstuvwxyz',
  U: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  w: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
};

/**
 * The formats of gitleaks 8.30.1 that tokens have on their own, as templates: `{w36}` stands for 36
 * random letters and digits. The tokens are made up here, so that no scanner takes this file for a
 * leak.
 */
const FORMATS: Readonly<Record<string, string>> = {
  '1password secret key': 'A3-{U6}-{U11}-{U5}-{U5}-{U5}',
  '1password service account': 'ops_eyJ{w250}',
  'adobe client secret': 'p8e-{w32}',
  age: 'AGE-SECRET-KEY-1{U58}',
  airtable: 'pat{w14}.{h64}',
  alibaba: 'LTAI{w20}',
  'anthropic admin': 'sk-ant-admin01-{w93}AA',
  anthropic: 'sk-ant-api03-{w93}AA',
  'artifactory key': 'AKCp{w69}',
  'artifactory reference': 'cmVmd{w59}',
  atlassian: 'ATATT3{w186}',
  authress: 'sc_{a12}.{a5}.acc-{a16}.{a40}',
  'aws access key': 'AKIA{b16}',
  'aws session key': 'ASIA{b16}',
  'bedrock long-lived': 'ABSK{w120}',
  'bedrock short-lived': 'bedrock-api-key-{w40}',
  'azure client secret': '{w3}8Q~{w34}',
  clickhouse: '4b1d{w38}',
  clojars: 'CLOJARS_{a60}',
  'cloudflare origin': 'v1.0-{h24}-{h146}',
  databricks: 'dapi{h32}',
  'defined networking': 'dnkey-{a26}-{a52}',
  'digitalocean oauth': 'doo_v1_{h64}',
  'digitalocean personal': 'dop_v1_{h64}',
  'digitalocean refresh': 'dor_v1_{h64}',
  doppler: 'dp.pt.{w43}',
  'dropbox short-lived': 'sl.{w135}',
  duffel: 'duffel_live_{w43}',
  dynatrace: 'dt0c01.{a24}.{a64}',
  easypost: 'EZAK{w54}',
  'easypost test': 'EZTK{w54}',
  'facebook access': '{d15}|{w27}',
  'facebook page': 'EAAM{w110}',
  'flutterwave encryption': 'FLWSECK_TEST-{h12}',
  'flutterwave public': 'FLWPUBK_TEST-{h32}-X',
  flyio: 'fo1_{w43}',
  'flyio macaroon': 'fm2_{w120}',
  frameio: 'fio-u-{w64}',
  google: 'AIza{w35}',
  'github app': 'ghu_{w36}',
  'github fine-grained': 'github_pat_{w82}',
  'github oauth': 'gho_{w36}',
  'github personal': 'ghp_{w36}',
  'github refresh': 'ghr_{w36}',
  'github server': 'ghs_{w36}',
  'gitlab job': 'glcbt-64_{w20}',
  'gitlab deploy': 'gldt-{w20}',
  'gitlab feature flag': 'glffct-{w20}',
  'gitlab feed': 'glft-{w20}',
  'gitlab incoming mail': 'glimt-{w25}',
  'gitlab agent': 'glagent-{w50}',
  'gitlab oauth app': 'gloas-{h64}',
  'gitlab personal': 'glpat-{w20}',
  'gitlab routable': 'glpat-{w30}.01{a7}',
  'gitlab pipeline': 'glptt-{h40}',
  'gitlab registration': 'GR1348941{w20}',
  'gitlab runner': 'glrt-{w20}',
  'gitlab scim': 'glsoat-{w20}',
  'gitlab session': '_gitlab_session={a32}',
  'grafana key': 'eyJrIjoi{w80}',
  'grafana cloud': 'glc_{w60}',
  'grafana service account': 'glsa_{w32}_{h8}',
  harness: 'pat.{w22}.{w24}.{w20}',
  'hashicorp terraform': '{w14}.atlasv1.{w65}',
  heroku: 'HRKU-AA{w58}',
  'hugging face': 'hf_{l34}',
  'hugging face organization': 'api_org_{l34}',
  infracost: 'ico-{w32}',
  intra42: 's-s4t2ud-{h64}',
  jwt: 'eyJ{w30}.eyJ{w60}.{w43}',
  'jwt in base64': 'ZXlKaGJHY2lPaU{w80}',
  linear: 'lin_api_{w40}',
  lob: 'live_{h35}',
  'lob publishable': 'test_pub_{h31}',
  mailchimp: '{h32}-us12',
  mapbox: 'pk.{w60}.{w22}',
  maxmind: '{w6}_{w29}_mmk',
  'new relic': 'NRAK-{U27}',
  'new relic insert': 'NRII-{w32}',
  notion: 'ntn_{d11}{w35}',
  npm: 'npm_{w36}',
  octopus: 'API-{U26}',
  openai: 'sk-proj-{w74}T3BlbkFJ{w74}',
  'openai legacy': 'sk-{w20}T3BlbkFJ{w20}',
  openshift: 'sha256~{w43}',
  perplexity: 'pplx-{w48}',
  plaid: 'access-sandbox-{h8}-{h4}-{h4}-{h4}-{h12}',
  'planetscale token': 'pscale_tkn_{w43}',
  'planetscale oauth': 'pscale_oauth_{w43}',
  'planetscale password': 'pscale_pw_{w43}',
  postman: 'PMAK-{h24}-{h34}',
  prefect: 'pnu_{w36}',
  pulumi: 'pul-{h40}',
  pypi: 'pypi-AgEIcHlwaS5vcmc{w80}',
  readme: 'rdme_{a70}',
  rubygems: 'rubygems_{h48}',
  scalingo: 'tk-us-{w48}',
  sendgrid: 'SG.{w66}',
  sendinblue: 'xkeysib-{h64}-{a16}',
  'sentry organization': 'sntrys_eyJpYXQiO{w60}LCJyZWdpb25fdXJs{w40}_{w43}',
  'sentry user': 'sntryu_{h64}',
  'settlemint application': 'sm_aat_{w16}',
  'settlemint personal': 'sm_pat_{w16}',
  'settlemint service': 'sm_sat_{w16}',
  shippo: 'shippo_live_{h40}',
  'shopify access': 'shpat_{h32}',
  'shopify custom': 'shpca_{h32}',
  'shopify private': 'shppa_{h32}',
  'shopify shared': 'shpss_{h32}',
  'slack app': 'xapp-1-{U11}-{d13}-{h64}',
  'slack bot': 'xoxb-{d12}-{d12}-{w24}',
  'slack configuration': 'xoxe.xoxb-1-{U163}',
  'slack refresh': 'xoxe-1-{U146}',
  'slack legacy': 'xoxs-{d12}-{d12}-{d12}-{h32}',
  'slack workspace': 'xoxr-{w20}',
  'slack user': 'xoxp-{d12}-{d12}-{d12}-{w32}',
  'slack webhook': 'https://hooks.slack.com/services/T{U9}/B{U9}/{w24}',
  sourcegraph: 'sgp_{h16}_{h40}',
  square: 'sq0atp-{w22}',
  'square access': 'EAAAE{w59}',
  'stripe live': 'sk_live_{w24}',
  'stripe restricted': 'rk_prod_{w40}',
  teams:
    'https://acme.webhook.office.com/webhookb2/{h8}-{h4}-{h4}-{h4}-{h12}@{h8}-{h4}-{h4}-{h4}-{h12}/IncomingWebhook/{h32}/{h8}-{h4}-{h4}-{h4}-{h12}',
  telegram: '{d10}:A{w34}',
  twilio: 'SK{h32}',
  typeform: 'tfp_{w59}',
  'vault batch': 'hvb.{w140}',
  'vault service': 'hvs.{w95}',
  'vault legacy': 's.{w22}A7',
  'yandex api': 'AQVN{w36}',
  'yandex iam': 't1.{w40}.{w86}',
};

/** The same random numbers in every run of the tests. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const random = makeRandom(20_261_128);

function letters(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join('');
}

function makeToken(template: string): string {
  return template.replace(/\{(\w)(\d+)\}/g, (_, kind: string, length: string) =>
    letters(ALPHABETS[kind] ?? '', Number(length)),
  );
}

describe('the format of a credential', () => {
  const around: ((token: string) => string)[] = [
    (token) => token,
    (token) => `It is ${token}, and more.`,
    (token) => `| \`${token}\` | (${token}) |`,
    (token) => `SERVICE=${token}\n`,
    (token) => `const service = "${token}";`,
    (token) => `service: '${token}'`,
    (token) => `curl https://example.com/?x=${token}`,
  ];

  it.each(Object.entries(FORMATS))('is recognized: %s', (_, template) => {
    for (let sample = 0; sample < 10; sample++) {
      const token = makeToken(template);
      for (const place of around) {
        const redacted = redactSecrets(place(token));
        expect(redacted).toContain('[redacted]');
        // What is left of the text has no part of the token.
        expect(redacted).not.toContain(token.slice(-12));
      }
    }
  });
});

describe('what stands around a credential', () => {
  it.each([
    ['password = hunter2hunter2', 'password = [redacted]'],
    ['"api_key": "abcdefgh12"', '"api_key": "[redacted]"'],
    ['API-KEY=abcdefgh12', 'API-KEY=[redacted]'],
    ['DB_PASSWORD=correct-horse', 'DB_PASSWORD=[redacted]'],
    ['GITHUB_TOKEN: abcdefgh12', 'GITHUB_TOKEN: [redacted]'],
    ['AWS_SECRET_ACCESS_KEY=abcdefgh12/+', 'AWS_SECRET_ACCESS_KEY=[redacted]'],
    ["token:'abcdefgh12'", "token:'[redacted]'"],
    ['Authorization: Bearer abcdefghijklmnop.1', 'Authorization: Bearer [redacted]'],
    ['postgres://user:pa55word@host/db', 'postgres://user:[redacted]@host/db'],
    [
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nAAAA\n-----END RSA PRIVATE KEY-----\nend',
      '[redacted]\nend',
    ],
    ['-----BEGIN PRIVATE KEY-----\nMIIE cut off', '[redacted]'],
  ])('turns %j into %j', (text, redacted) => {
    expect(redactSecrets(text)).toBe(redacted);
  });

  it.each([
    'The token is checked in src/auth.ts',
    'password: none',
    'Use sk-learn or sk-8',
    'https://example.com:8080/a@b',
    'https://example.com/@scope/name',
    'a commit 3f786850e387550fdab836ed7e6dc881de23001b',
    'the secret of its success: patience',
    'tokens: 123456789',
  ])('leaves %j alone', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it.each([
    ...[
      'OKTA_KEY=',
      'FASTLY_API_TOKEN=',
      'dropbox_secret: ',
      '"clientSecret": "',
      'signing-key = ',
    ],
    ...['x-api-key: ', "'secret_key' => '", 'Authorization: Token ', 'authorization: Basic '],
    ...['ADAFRUIT_PAT=', 'SMTP_PASS: ', 'DJANGO_SECRET_KEY = "', 'passphrase: ', 'token := "'],
  ])('redacts the value of %j', (name) => {
    const value = makeToken('{w20}');
    expect(redactSecrets(`${name}${value}`)).toBe(`${name}[redacted]`);
  });

  it.each([
    ['a password of curl', (value: string) => `curl -s -u admin:${value} https://example.com`],
    ['a password of NuGet', (value: string) => `<add key="ClearTextPassword" value="${value}" />`],
    ['a PGP key', (value: string) => `-----BEGIN PGP PRIVATE KEY BLOCK-----\n${value}\n`],
  ])('redacts %s', (_, place) => {
    const value = makeToken('{w20}');
    expect(redactSecrets(place(value))).not.toContain(value);
  });
});

/** Lines as agents write them into reports, some of which resemble credentials. */
function ordinaryLines(): string[] {
  const hash = () => sha256(letters(ALPHABETS.w ?? '', 20));
  const base64 = (bytes: number) =>
    Buffer.from(Array.from({ length: bytes }, () => random(256))).toString('base64');
  return [
    `commit ${hash().slice(0, 40)}`,
    `Merge: ${hash().slice(0, 7)} ${hash().slice(0, 7)}`,
    `sha256:${hash()}  dist/cli.cjs`,
    `md5 ${hash().slice(0, 32)} and ${hash().slice(0, 32).toUpperCase()}`,
    `integrity: sha512-${base64(64)}`,
    `  resolution: {integrity: sha512-${base64(64)}}`,
    `"resolved": "https://registry.npmjs.org/x/-/x-1.${random(99)}.0.tgz#${hash().slice(0, 40)}",`,
    `The request ${randomUUID()} took ${random(900)} ms.`,
    `ETag: W/"${hash().slice(0, 27)}"`,
    `![chart](data:image/png;base64,${base64(600)})`,
    base64(57),
    `AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA${base64(30)}EAAAAAAAAAAAAAAAAAAAAAAAAAAAA`,
    `/home/user/.cache/pnpm/v10/files/${hash().slice(0, 2)}/${hash()}${hash()}`,
    `src/auth/token-${random(99)}.ts:${random(999)}:12 - error TS2345: not assignable`,
    `  at readToken (/app/src/auth/read-token.ts:${random(999)}:${random(80)})`,
    `https://github.com/acme/app/pull/${random(9_999)}/files#diff-${hash()}`,
    `image: ghcr.io/acme/app@sha256:${hash()}`,
    `docker-pullable://acme/app:v1.0-${hash().slice(0, 12)}`,
    `${random(99_999_999)}: A note of the release`,
    `cache key: node-modules-${hash()}`,
    `The primary key: user_id, and the sort key: created_at#${random(9_999)}`,
    `trace-id: 00-${hash().slice(0, 32)}-${hash().slice(0, 16)}-01`,
    `- \`token\`: \`string\`, required`,
    `const token = readToken(request.headers);`,
    `const apiKey = process.env.API_KEY ?? options.apiKey;`,
    `password: required, secret: optional. The token: rotated yesterday.`,
    `export API_TOKEN="$CI_JOB_TOKEN" DB_PASSWORD=\${DB_PASSWORD}`,
    `curl -H "Authorization: Bearer $TOKEN" -u "$USER:$PASS" https://example.com:8443/a@b`,
    `token=<your token> api_key={{ api_key }} secret: ******** --password=$(cat file)`,
    `| token | src/auth/token.ts | password: src/auth/password2.ts |`,
    `git clone https://\${USER}:\${TOKEN}@github.com/acme/app.git`,
    `sk-circle sk-folding-cube-animated, tk-us, pat. 3, API-first, s.someMethod(), key-value`,
    `test_with_a_long_name_that_describes_it, live_view_component, npm_config_registry=https://x.y`,
    `EAAA is a prefix; ASIA is a continent; SK is a country; API-GATEWAY-TIMEOUT-ERROR`,
  ];
}

describe('an ordinary report', () => {
  it('is left alone', () => {
    const lines = Array.from({ length: 200 }, ordinaryLines).flat();
    const alarms = lines.filter((line) => redactSecrets(line) !== line);
    expect(alarms.slice(0, 5)).toEqual([]);
  });

  it('is left alone if it is a document or a lock file', () => {
    const root = join(import.meta.dirname, '../../..');
    const documents = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(root, 'docs', name));
    for (const file of [...documents, join(root, 'README.md'), join(root, 'pnpm-lock.yaml')]) {
      const lines = readFileSync(file, 'utf8').split('\n');
      expect(lines.filter((line) => redactSecrets(line) !== line)).toEqual([]);
    }
  });
});
