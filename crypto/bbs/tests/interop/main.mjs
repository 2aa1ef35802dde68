// One long-lived peer: a JSON request a line on standard input, a JSON answer a line on standard output, in the
// same order. Octets are hex. Requests carry `op`; answers carry `error` when the library refused.
import * as bbs from '@digitalbazaar/bbs-signatures';
import {createInterface} from 'node:readline';

const octets = hex => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = bytes => Buffer.from(bytes).toString('hex');

const operations = {
  async key({ciphersuite}) {
    const {secretKey, publicKey} = await bbs.generateKeyPair({ciphersuite});
    return {secretKey: hex(secretKey), publicKey: hex(publicKey)};
  },

  async publicKey({ciphersuite, secretKey}) {
    return {publicKey: hex(await bbs.secretKeyToPublicKey({secretKey: octets(secretKey), ciphersuite}))};
  },

  async sign({ciphersuite, secretKey, publicKey, header, messages}) {
    return {signature: hex(await bbs.sign({
      secretKey: octets(secretKey), publicKey: octets(publicKey), header: octets(header),
      messages: messages.map(octets), ciphersuite
    }))};
  },

  async verify({ciphersuite, publicKey, signature, header, messages}) {
    return {verified: await bbs.verifySignature({
      publicKey: octets(publicKey), signature: octets(signature), header: octets(header),
      messages: messages.map(octets), ciphersuite
    })};
  },

  async prove({ciphersuite, publicKey, signature, header, presentationHeader, messages, indexes}) {
    return {proof: hex(await bbs.deriveProof({
      publicKey: octets(publicKey), signature: octets(signature), header: octets(header),
      presentationHeader: octets(presentationHeader), messages: messages.map(octets),
      disclosedMessageIndexes: indexes, ciphersuite
    }))};
  },

  async verifyProof({ciphersuite, publicKey, proof, header, presentationHeader, messages, indexes}) {
    return {verified: await bbs.verifyProof({
      publicKey: octets(publicKey), proof: octets(proof), header: octets(header),
      presentationHeader: octets(presentationHeader), disclosedMessages: messages.map(octets),
      disclosedMessageIndexes: indexes, ciphersuite
    })};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const {op, ...request} = JSON.parse(line);
  let answer;
  try {
    answer = await operations[op](request);
  } catch(error) {
    answer = {error: String(error?.message ?? error)};
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
