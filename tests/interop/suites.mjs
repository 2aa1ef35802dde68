// The Data Integrity suites under comparison, by cryptosuite name.
import * as bbs from '@digitalbazaar/bbs-2023-cryptosuite';
import * as Bls12381Multikey from '@digitalbazaar/bls12-381-multikey';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const signing = {
  'eddsa-rdfc-2022': () => eddsaRdfc,
  'eddsa-jcs-2022': eddsaJcs.createSignCryptosuite,
  'ecdsa-rdfc-2019': () => ecdsaRdfc,
  'ecdsa-jcs-2019': ecdsaJcs.createSignCryptosuite
};

const selective = {'ecdsa-sd-2023': ecdsaSd, 'bbs-2023': bbs};

/** Suites that verify a proof of any kind. */
export const verifying = [
  eddsaRdfc, eddsaJcs.createVerifyCryptosuite(), ecdsaRdfc, ecdsaJcs.createVerifyCryptosuite(),
  ecdsaSd.createVerifyCryptosuite(), bbs.createVerifyCryptosuite()
].map(cryptosuite => new DataIntegrityProof({cryptosuite}));

/** A key made for this call alone: its did:key and the suites that sign with it, one for each name. */
export async function freshSigners({cryptosuites, curve}) {
  const key = await (curve ? EcdsaMultikey.generate({curve}) : Ed25519Multikey.generate());
  const {publicKeyMultibase} = await key.export({publicKey: true});
  const did = `did:key:${publicKeyMultibase}`;
  key.controller = did;
  key.id = `${did}#${publicKeyMultibase}`;
  const signer = key.signer();
  signer.id = key.id;
  const suites = cryptosuites.map(name => new DataIntegrityProof({signer, cryptosuite: signing[name]()}));
  return {did, suites};
}

/** The same with one suite. */
export async function freshSigner({cryptosuite, curve}) {
  const {did, suites: [suite]} = await freshSigners({cryptosuites: [cryptosuite], curve});
  return {did, suite};
}

/** A key made for this call alone, with the suite that makes base proofs by it. */
export async function freshBaseSigner({cryptosuite, mandatoryPointers}) {
  const {ALGORITHMS: {BBS_BLS12381_SHA256: algorithm}} = Bls12381Multikey;
  const key = await (cryptosuite === 'bbs-2023' ?
    Bls12381Multikey.generateBbsKeyPair({algorithm}) : EcdsaMultikey.generate({curve: 'P-256'}));
  const {publicKeyMultibase} = await key.export({publicKey: true});
  const did = `did:key:${publicKeyMultibase}`;
  key.controller = did;
  key.id = `${did}#${publicKeyMultibase}`;
  const signer = key.signer();
  signer.id = key.id;
  const signing = selective[cryptosuite].createSignCryptosuite({mandatoryPointers});
  return {did, suite: new DataIntegrityProof({signer, cryptosuite: signing})};
}

/** The suite by which a holder derives. */
export function deriving({cryptosuite, selectivePointers}) {
  return new DataIntegrityProof({
    cryptosuite: selective[cryptosuite].createDiscloseCryptosuite({selectivePointers})
  });
}
