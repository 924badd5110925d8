/** A word that says that something is in use by others. */
export const PRODUCTION = /(?:^|[^a-z])(?:prod|production|prd|live)(?:[^a-z]|$)/i;
/** A word that says that something is in use by developers only. */
export const DEVELOPMENT =
  /(?:^|[/_.:=-])(?:dev|devel|development|local|test|tests|testing|ci|sandbox|e2e|kind|minikube|k3d|docker-desktop|rancher-desktop|orbstack|colima|localhost|preview|playground)(?:[/_.:-]|\d*$)/;
