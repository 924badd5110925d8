type Formats = typeof import('./secret-formats.ts');

/** A bundle of its own, loaded for the first text that could hold a token. */
const formats = (): Formats => require('./secret-formats.ts');

/** No format has fewer characters in a row. */
const LONG_RUN = /[\w.~+/-]{12}/;

/** Credentials that are recognized by what stands around them. */
const IN_CONTEXT: readonly RegExp[] = [
  /-----BEGIN[A-Z0-9_ -]{0,100}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END[A-Z0-9_ -]{0,100}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  // The password of an address.
  /(?<=:\/\/[^\s/:@]{1,64}:)(?!\$[{(A-Z])[^\s/@]{3,}(?=@)/g,
  /(?<=\b(?:bearer|basic)\s{1,3})(?=[^\s]{0,60}[\d=])[A-Za-z0-9_.~+/-]{16,}={0,2}/gi,
  /(?<=\bcurl\b[^\n]{0,200}\s(?:-u|--user)[ =]["']?[^\s:"'$]{1,64}:)(?!\$)[^\s"']{3,}/g,
];

/** Part of every name of a credential. */
const NAME = /auth|cred|key|pass|_PAT|pwd|secret|token/i;

/** Values that have the name of a credential in front of them. */
const BEHIND_NAME = [
  /(?<=(?:authorization|pass(?:word|wd|phrase)|secret|token|credentials?|(?:api|access|auth|client|encryption|license|private|secret|signing)[_-]?key)\b["']?\s{0,3}(?:=>?|:=?)\s{0,3}["'`]?(?:(?:basic|bearer|token)\s{1,3})?)[^\s"'`,;]{8,}/gi,
  // Names of environment variables such as `OKTA_KEY`.
  /(?<=[A-Z0-9]_(?:AUTH|CREDS?|KEY|PASS|PAT|PWD)["']?\s{0,3}[=:]\s{0,3}["'`]?)[^\s"'`,;]{8,}/g,
  /(?<=<add key="(?:ClearText)?Password"\s{0,9}value=")[^"\n]{8,}/gi,
];

/** Replaces strings that look like credentials, so that none gets into the ledger or a summary. */
export function redactSecrets(text: string): string {
  const known = LONG_RUN.test(text) ? formats().SECRET_FORMATS : [];
  const masked = [...known, ...IN_CONTEXT].reduce(
    (rest, secret) => rest.replace(secret, MASK),
    text,
  );
  if (!NAME.test(masked)) return masked;
  return BEHIND_NAME.reduce(
    (rest, value) =>
      rest.replace(value, (found: string, at: number) =>
        isNoSecret(found, rest[at - 1] ?? '') ? found : MASK,
      ),
    masked,
  );
}

const MASK = '[redacted]';

/** `$TOKEN`, `${TOKEN}`, `$(command)`, `<token>`, `{{ token }}`, `process.env.TOKEN`, `***`. */
const REFERENCE = /^(?:\$[A-Z_][A-Z0-9_]*(?!\w)|\$[{(]|<|\{|\*{3}|process\.env\b|\[redacted\])/;

/** A call or an access: `readToken(path)`, `tokens[0]`. */
const CODE = /^[A-Za-z_$][\w$.?!]*[([]/;

/** A property without digits, `config.apiKey`, or a file, `src/auth/token2.ts`. */
const PLACE =
  /^(?:[A-Za-z_]+(?:\??\.[A-Za-z_]+)+[.)\]}:!?]*|[\w@.-]*(?:\/[\w@.-]+)+\.[a-z]{1,5}[.):]*)$/;

/** A word of prose or the name of a type: `token: required.`, `token: AccessToken` */
const WORD = /^(?:[A-Za-z][a-z]*(?:[A-Z][a-z]+)*|[A-Z]+)[.)\]}:!?*]*$/;

/** Whether the text behind the name of a credential is code, prose or a reference to the value. */
function isNoSecret(value: string, before: string): boolean {
  if (REFERENCE.test(value)) return true;
  if (/["']/.test(before)) return false;
  return CODE.test(value) || PLACE.test(value) || (/[\s`]/.test(before) && WORD.test(value));
}
