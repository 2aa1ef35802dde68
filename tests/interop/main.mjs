// One long-lived peer: a JSON request a line on standard input, a JSON answer a line on standard
// output, in the same order. Requests carry `op`; answers carry `error` when the library refused.
import * as rdfCanonize from 'rdf-canonize';
import * as vc from '@digitalbazaar/vc';
import {add, documentLoader} from './contexts.mjs';
import {deriving, freshBaseSigner, freshSigner, freshSigners, verifying} from './suites.mjs';
import {createInterface} from 'node:readline';
import jsonld from 'jsonld';

const operations = {
  async context({url, document}) {
    add(url, document);
    return {};
  },

  async contexts({contexts}) {
    for(const [url, text] of Object.entries(contexts)) {
      add(url, JSON.parse(text));
    }
    return {};
  },

  // For `hufu bench suites --peers`: from text to verdict, again and again.
  async timeVerify({text, count}) {
    return time(count, async () => {
      const credential = JSON.parse(text);
      const result = await vc.verifyCredential({credential, suite: verifying, documentLoader, checkStatus});
      if(!result.verified) {
        throw result.error;
      }
    });
  },

  // From unsigned text to signed text, again and again, with a key that is made before.
  async timeIssue({cryptosuite, curve, text, count}) {
    const {did, suite} = await freshSigner({cryptosuite, curve: curve === 'Ed25519' ? undefined : curve});
    const unsigned = JSON.stringify({...JSON.parse(text), issuer: did});
    return time(count, async () =>
      JSON.stringify(await vc.issue({credential: JSON.parse(unsigned), suite, documentLoader})));
  },

  async issue({cryptosuite, curve, credential}) {
    const {did, suite} = await freshSigner({cryptosuite, curve});
    credential.issuer = did;
    return {signed: await vc.issue({credential, suite, documentLoader})};
  },

  // A proof set: one key, one proof of each suite.
  async issueSet({cryptosuites, curve, credential}) {
    const {did, suites} = await freshSigners({cryptosuites, curve});
    let signed = {...credential, issuer: did};
    for(const suite of suites) {
      signed = await vc.issue({credential: signed, suite, documentLoader});
    }
    return {signed};
  },

  // Selective disclosure: the issuer's side, then the holder's.
  async issueBase({cryptosuite, mandatoryPointers, credential}) {
    const {did, suite} = await freshBaseSigner({cryptosuite, mandatoryPointers});
    put(credential, 'issuer', did);
    return {signed: await vc.issue({credential, suite, documentLoader})};
  },

  async derive({cryptosuite, selectivePointers, credential}) {
    const suite = deriving({cryptosuite, selectivePointers});
    return {signed: await vc.derive({verifiableCredential: credential, suite, documentLoader})};
  },

  async present({cryptosuite, curve, presentation, challenge, domain}) {
    const {did, suite} = await freshSigner({cryptosuite, curve});
    presentation.holder = did;
    return {signed: await vc.signPresentation({presentation, suite, challenge, domain, documentLoader})};
  },

  async verifyCredential({credential}) {
    return report(await vc.verifyCredential({credential, suite: verifying, documentLoader, checkStatus}));
  },

  async verifyPresentation({presentation, challenge, domain}) {
    return report(await vc.verify({presentation, suite: verifying, challenge, domain, documentLoader, checkStatus}));
  },

  // Canonical N-Quads with the options the rdfc suites use.
  async canonize({document}) {
    const dataset = await jsonld.toRDF(document, {
      base: null, safe: true, produceGeneralizedRdf: false, rdfDirection: 'i18n-datatype', documentLoader
    });
    // An RDF dataset is a set. jsonld 9 repeats a quad when values of a node differ in @index alone or are equal JSON
    // literals, and rdf-canonize 5 hashes it as often as it is there.
    const quads = [...new Map(dataset.map(quad => [JSON.stringify(quad), quad])).values()];
    // The peer's own bound of work grows with the number of like nodes; the power of one gives up on some of these documents.
    return {nquads: await rdfCanonize.canonize(quads, {
      algorithm: 'RDFC-1.0', format: 'application/n-quads', maxWorkFactor: 3
    })};
  }
};

// An issuer is named by its id, or is an object that has one.
function put(document, name, did) {
  document[name] = document[name] instanceof Object ? {...document[name], id: did} : did;
}

async function time(count, work) {
  const nanos = [];
  let signed;
  for(let n = 0; n < count; n++) {
    const begun = process.hrtime.bigint();
    signed = await work();
    nanos.push(Number(process.hrtime.bigint() - begun));
  }
  return {nanos, signed};
}

// Status is not what this tier compares.
async function checkStatus() {
  return {verified: true};
}

// The library is content with one good proof of a set; here every one has to be.
function report({verified, error, results = []}) {
  const bad = results.find(result => !result.verified);
  if(verified && bad) {
    return {verified: false, reason: words(bad.error)};
  }
  return verified ? {verified} : {verified, reason: words(error)};
}

function words(error) {
  const inner = error?.errors?.[0] ?? error?.details?.cause;
  return [error?.message, inner && inner !== error ? words(inner) : ''].filter(Boolean).join(': ') || String(error);
}

for await (const line of createInterface({input: process.stdin})) {
  const {op, ...request} = JSON.parse(line);
  let answer;
  try {
    answer = await operations[op](request);
  } catch(error) {
    answer = {error: words(error)};
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
