// Prepares what the suites need (keys, DIDs, a list of two-bit statuses), writes their localConfig.cjs and runs them.
//   node run.mjs SUITES_DIR BASE_URL
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {holder as othersHolder} from './holder.mjs';
import {join} from 'node:path';
import {spawn} from 'node:child_process';
import {tmpdir} from 'node:os';

const [folder, base] = process.argv.slice(2);

async function ask(path, body) {
  const init = body && {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)};
  const response = await fetch(base + path, init);
  const answer = await response.json();
  if(!response.ok) {
    throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  }
  return answer;
}

const keys = await ask('/keys');
const did = async request => (await ask('/1.0/create', request)).didState.did;
const withService = await did({
  didDocument: {service: [{id: '#files', type: 'LinkedDomains', serviceEndpoint: 'https://files.example/'}]}
});
const deactivated = await did({});
await ask('/1.0/deactivate', {did: deactivated});
const edKey = keys['eddsa-rdfc-2022'];

// A list with every optional property of an entry: two bits, their messages, a reference.
const messages = ['valid', 'under review', 'superseded', 'withdrawn'];
const list = await ask('/status/status-lists', {
  issuer: keys.status, purposes: ['message'], statusSize: 2, messages, reference: 'https://status.example/meaning'
});

const issuer = (instance, tags, more = {}) =>
  ({id: keys[instance], endpoint: `${base}/${instance}/credentials/issue`, tags, ...more});
const verifier = (tags, more = {}) =>
  ({id: `${base}/any`, endpoint: `${base}/any/credentials/verify`, tags, ...more});
const holder = instance =>
  ({id: keys[instance], endpoint: `${base}/${instance}/credentials/derive`, tags: ['vcHolder', instance]});
const supports = {vc: ['1.1', '2.0']};
const curve = name => ({supportedEcdsaKeyTypes: [name], supports: {...supports, keyTypes: [name]}});
const curves = {supportedEcdsaKeyTypes: ['P-256', 'P-384'], supports: {...supports, keyTypes: ['P-256', 'P-384']}};

const dataModel = {
  issuers: [issuer('eddsa-rdfc-2022', ['vc2.0']), issuer('vc-jwt-es256', ['EnvelopingProof'])],
  verifiers: [verifier(['vc2.0', 'EnvelopingProof'])],
  vpVerifiers: [{
    id: `${base}/any`, endpoint: `${base}/any/presentations/verify`, tags: ['vc2.0', 'EnvelopingProof']
  }]
};
const status = options => ({
  issuers: [issuer('status', ['BitstringStatusList'], {options})],
  verifiers: [verifier(['BitstringStatusList'], {options: {checks: ['proof', 'credentialStatus']}})]
});

const runs = [
  {suite: 'vc-data-model-2.0-test-suite', endpoints: dataModel},
  {suite: 'vc-di-eddsa-test-suite', endpoints: {
    issuers: [
      issuer('eddsa-rdfc-2022', ['eddsa-rdfc-2022'], {supports}),
      issuer('eddsa-jcs-2022', ['eddsa-jcs-2022'], {supports})
    ],
    verifiers: [verifier(['eddsa-rdfc-2022', 'eddsa-jcs-2022'], {supports})]
  }},
  {suite: 'vc-di-ecdsa-test-suite', derivesBy: 'ecdsa-sd-2023', endpoints: {
    issuers: [
      issuer('ecdsa-rdfc-2019-p256', ['ecdsa-rdfc-2019'], curve('P-256')),
      issuer('ecdsa-rdfc-2019-p384', ['ecdsa-rdfc-2019'], curve('P-384')),
      issuer('ecdsa-jcs-2019-p256', ['ecdsa-jcs-2019'], curve('P-256')),
      issuer('ecdsa-jcs-2019-p384', ['ecdsa-jcs-2019'], curve('P-384')),
      issuer('ecdsa-sd-2023', ['ecdsa-sd-2023'], curve('P-256'))
    ],
    verifiers: [verifier(['ecdsa-rdfc-2019', 'ecdsa-jcs-2019', 'ecdsa-sd-2023'], curves)],
    vcHolders: [holder('ecdsa-sd-2023')]
  }},
  {suite: 'vc-di-bbs-test-suite', derivesBy: 'bbs-2023', endpoints: {
    issuers: [issuer('bbs-2023', ['bbs-2023'], {supports})],
    verifiers: [verifier(['bbs-2023'], {supports})],
    vcHolders: [holder('bbs-2023')]
  }},
  {suite: 'vc-bitstring-status-list-test-suite', endpoints: status({})},
  {suite: 'vc-bitstring-status-list-test-suite', note: 'two-bit messages',
    endpoints: status({status: {list: list.id, purposes: ['message']}})},
  {suite: 'did-resolution-mocha-test-suite', endpoints: {
    didResolvers: [{
      id: base, endpoint: `${base}/1.0/identifiers`, tags: ['did-resolution'],
      supportedDids: {
        valid: [{did: edKey, resolutionOptions: {}}],
        notFound: withService.slice(0, -1) + (withService.endsWith('1') ? '2' : '1'),
        deactivated,
        derefUrls: [{didUrl: `${edKey}#${edKey.split(':').pop()}`, dereferencingOptions: {}}],
        serviceDerefUrls: [{didUrl: `${withService}?service=files`}]
      }
    }]
  }},
  {suite: 'vc-api-issuer-test-suite', endpoints: {issuers: [issuer('eddsa-rdfc-2022', ['vc-api'])]}},
  {suite: 'vc-api-verifier-test-suite', endpoints: {verifiers: [verifier(['vc-api'])]}}
];

// A suite's tests, by mocha's own reporter for programs. Each run has a file of its own, so that a suite that does not
// start is never credited with the results of another.
function mocha(suite) {
  const results = mkdtempSync(join(tmpdir(), 'hufu-conformance-'));
  const output = join(results, 'results.json');
  const files = readdirSync(join(suite, 'tests')).filter(name => name.endsWith('.js')).map(name => `tests/${name}`);
  const child = spawn(process.execPath, [
    '--import', new URL('contexts.mjs', import.meta.url).href, 'node_modules/mocha/bin/mocha.js',
    '--no-config', '--no-package', '--timeout', '15000', '--exit',
    '--reporter', 'json', '--reporter-option', `output=${output}`, ...files
  ], {cwd: suite, stdio: ['ignore', 'pipe', 'pipe']});
  let log = '';
  child.stdout.on('data', text => log += text);
  child.stderr.on('data', text => log += text);
  return new Promise((resolve, reject) => child.on('close', () => {
    const ran = existsSync(output) && JSON.parse(readFileSync(output));
    rmSync(results, {recursive: true});
    return ran ? resolve(ran) : reject(new Error(log.trim().split('\n').slice(0, 3).join(' ')));
  }));
}

const failures = [];
let broken = false;
for(const {suite, note, derivesBy, endpoints} of runs) {
  const path = join(folder, suite);
  const name = note ? `${suite} (${note})` : suite;
  if(!existsSync(path)) {
    console.log(`${name}: not in ${folder}`);
    continue;
  }
  const implementations = [{name: 'Hufu', implementation: 'Hufu', ...endpoints}];
  // The interop matrices derive with the holder of this name.
  const other = derivesBy && await othersHolder(path, derivesBy);
  if(other) {
    const endpoint = `http://127.0.0.1:${other.address().port}/credentials/derive`;
    implementations.push({
      name: 'Digital Bazaar', implementation: 'Digital Bazaar (its npm packages)',
      vcHolders: [{id: endpoint, endpoint, tags: ['vcHolder', derivesBy]}]
    });
  }
  const config = {settings: {enableInteropTests: true}, implementations};
  writeFileSync(join(path, 'localConfig.cjs'), `module.exports = ${JSON.stringify(config, null, 2)};\n`);
  try {
    const {stats, failures: failed, pending} = await mocha(path);
    console.log(`${name}: ${stats.passes} passed, ${stats.failures} failed, ${stats.pending} skipped`);
    failures.push(...failed.map(test => `${name}: ${test.fullTitle}: ${test.err?.message}`));
    if(process.env.SKIPPED) {
      failures.push(...pending.map(test => `${name}: SKIPPED ${test.fullTitle}`));
    }
  } catch(error) {
    broken = true;
    console.log(`${name}: did not run: ${error.message}`);
  } finally {
    other?.close();
    other?.closeAllConnections();
  }
}
for(const failure of failures) {
  console.log(`- ${failure}`);
}
process.exitCode = broken ? 1 : 0;
