/**
 * Credentials that are recognized by their own form, whatever stands around them. The forms are
 * those of the rules of gitleaks 8.30.1 (config/gitleaks.toml) whose tokens have a fixed prefix or
 * another mark of their own. Each begins at the start of a word.
 */
const FORMATS: readonly RegExp[] = [
  // Models
  // A CSS class may begin with `sk-` too.
  /sk-(?=[\w-]{0,60}[A-Z\d])[\w-]{16,}/,
  /(?:pplx-|hf_|api_org_)[A-Za-z0-9]{34,}/,
  // Repositories and registries
  /gh[oprsu]_[A-Za-z0-9]{20,}/,
  /github_pat_\w{20,}/,
  /gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|soat)-[\w-]{16,}(?:\.[a-z0-9]{9})?/,
  /GR1348941[\w-]{20,}/,
  /_gitlab_session=[a-z0-9]{32}/,
  /npm_[A-Za-z0-9]{30,}/,
  /pypi-AgEIcHlwaS5vcmc[\w-]{50,}/,
  /rubygems_[a-f0-9]{48}/,
  /CLOJARS_[A-Za-z0-9]{60}/i,
  /AKCp[A-Za-z0-9]{69,}/,
  /cmVmd[A-Za-z0-9]{59}\b/,
  /sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}/,
  // Clouds
  /(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[A-Z0-9]{16}\b/,
  /ABSK[A-Za-z0-9+/]{109,}={0,2}/,
  /bedrock-api-key-[\w+/-]{20,}={0,2}/,
  /AIza[\w-]{35,}/,
  /LTAI[A-Za-z0-9]{16,24}\b/,
  /[\w~.]{3}\dQ~[\w~.-]{31,34}/,
  /do[oprt]_v1_[a-f0-9]{64}/i,
  /v1\.0-[a-f0-9]{24}-[a-f0-9]{146}/,
  /HRKU-[\w-]{30,}/,
  /(?:fo1_[\w-]{43}|fm(?:1[ar]|2)_[A-Za-z0-9+/]{100,}={0,3})/,
  /tk-us-[\w-]{48}/,
  /(?:t1\.[\w-]+={0,2}\.[\w-]{86}={0,2}|AQVN[\w-]{35,38})/,
  /sha256~[\w-]{43}/,
  // Infrastructure
  /[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}/,
  /(?:hvs|hvb)\.[\w-]{90,}/,
  /s\.(?=[A-Za-z]{0,23}\d)(?=[a-z0-9]{0,23}[A-Z])[A-Za-z0-9]{24}\b/,
  /dp\.(?:audit|ct|pt|sa|scim|st)\.(?:\w{1,40}\.)?[A-Za-z0-9]{40,44}/,
  /pul-[a-f0-9]{40}/,
  /dapi[a-f0-9]{32}(?:-\d)?/,
  /dt0[a-z]\d\d\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}/i,
  /(?:glc_[A-Za-z0-9+/]{32,}={0,3}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})/,
  /eyJrIjoi[A-Za-z0-9]{70,}={0,3}/,
  /NR(?:AK|II|JS|RA)-[A-Za-z0-9-]{19,}/,
  /(?:sntrys_eyJpYXQiO[\w+/=]{20,}|sntryu_[a-f0-9]{64})/,
  /[ps]at\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}/,
  /API-[A-Z0-9]{26,}\b/,
  /pnu_[A-Za-z0-9]{36}/,
  /ico-[A-Za-z0-9]{32}/,
  /4b1d[A-Za-z0-9]{38}\b/,
  /pscale_(?:oauth|pw|tkn)_[\w=.-]{32,}/,
  /sm_[aps]at_[A-Za-z0-9]{16,}/,
  /dnkey-[\w=-]{26}-[\w=-]{52}/,
  /(?:sc|ext|scauth|authress)_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[\w+/=-]{30,120}/,
  // Work and messages
  /xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{8,}/i,
  /xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+/i,
  /(?:https?:\/\/)?hooks\.slack\.com\/(?:services|triggers|workflows)\/[\w+/-]{40,}/,
  /https:\/\/[a-z0-9]+\.webhook\.office\.com\/webhookb2\/[\w@-]{60,}\/IncomingWebhook\/[\w/-]{60,}/,
  /ATATT3[\w=-]{100,}/,
  /lin_(?:api|oauth)_[A-Za-z0-9]{40,}/,
  /ntn_\d{11}[A-Za-z0-9]{35}/,
  /pat[A-Za-z0-9]{14}\.[a-f0-9]{64}/,
  /PMAK-[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}/,
  /rdme_[a-z0-9]{70}/,
  /tfp_[\w=.-]{59}/,
  /fio-u-[\w=-]{64}/,
  /p8e-[A-Za-z0-9]{32}/,
  /s-s4t2(?:ud|af)-[a-f0-9]{64}/i,
  /\d{5,16}:A[\w-]{34}\b/,
  // Mail
  /SG\.[\w=.-]{66}/,
  /xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}/,
  /[a-f0-9]{32}-us\d\d?\b/,
  /SK[a-f0-9]{32}\b/i,
  // Payment and trade
  /[rs]k_(?:live|prod|test)_[A-Za-z0-9]{10,}/,
  /(?:live|test)_(?:pub_)?[a-f0-9]{31,35}\b/,
  /sl\.[\w=-]{130,}/,
  /sq0atp-[\w-]{22,60}/,
  // Base64 of binary data is full of `AAAA`.
  /(?<![+/])EAAA(?!AA)[\w-]{22,60}(?![\w+/=-])/,
  /EAA[MC][A-Za-z0-9]{100,}/,
  /\d{15,16}[|%][\w-]{27,40}/,
  /FLW(?:PUB|SEC)K_TEST-[a-h0-9]{12,32}(?:-X)?/i,
  /EZ[AT]K[A-Za-z0-9]{54}\b/i,
  /duffel_(?:live|test)_[\w=-]{43}/i,
  /shippo_(?:live|test)_[a-fA-F0-9]{40}/,
  /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/,
  /access-(?:development|production|sandbox)-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}/,
  // Keys of people and machines
  // A long run of these characters must not be searched again at every `-eyJ`.
  /(?<![\w-])eyJ?[\w-]{8,}\.eyJ?[\w-]{8,}\.[\w-]*={0,2}/,
  /(?<![\w+/-])ZXlK[\w+/-]{44,}={0,2}/,
  /A3-[A-Z0-9]{6}(?:-[A-Z0-9]{5,11}){4,5}\b/,
  /ops_eyJ[A-Za-z0-9+/]{100,}={0,3}/,
  /AGE-SECRET-KEY-1[A-Z0-9]{58}/,
  /[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk\b/,
  /pk\.[A-Za-z0-9]{60,}\.[\w-]{22}/,
];

/** Patterns that together match every format, each at the start of a word. */
export const SECRET_FORMATS: readonly RegExp[] = ['', 'i'].map((flags) => {
  const sources = FORMATS.filter((format) => format.flags === flags).map(({ source }) => source);
  return new RegExp(`\\b(?:${sources.join('|')})`, `g${flags}`);
});
