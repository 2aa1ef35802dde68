// The Data Integrity suites under comparison, by cryptosuite name.
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
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

/** Suites that verify a proof of any of the four kinds. */
export const verifying = [
  eddsaRdfc, eddsaJcs.createVerifyCryptosuite(), ecdsaRdfc, ecdsaJcs.createVerifyCryptosuite()
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
