// The documents the npm libraries may load: their own copies of the credential contexts, the
// project's copies of the rest, and did:key documents. Nothing is fetched from a network.
import * as Bls12381Multikey from '@digitalbazaar/bls12-381-multikey';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {defaultDocumentLoader} from '@digitalbazaar/vc';
import {driver} from '@digitalbazaar/did-method-key';

const didKey = driver();
didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
didKey.use({multibaseMultikeyHeader: 'zDna', fromMultibase: EcdsaMultikey.from});
didKey.use({multibaseMultikeyHeader: 'z82L', fromMultibase: EcdsaMultikey.from});
didKey.use({multibaseMultikeyHeader: 'zUC7', fromMultibase: Bls12381Multikey.from});

const added = new Map();

/** Makes `document` what `url` means from now on. */
export function add(url, document) {
  added.set(url, document);
}

export async function documentLoader(url) {
  if(url.startsWith('did:key:')) {
    return answer(url, await didKey.get({url}));
  }
  if(added.has(url)) {
    return answer(url, added.get(url));
  }
  return defaultDocumentLoader(url);
}

function answer(url, document) {
  return {contextUrl: null, documentUrl: url, document};
}
