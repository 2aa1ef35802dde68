// The holder that the interop matrices derive with, by its name: Digital Bazaar's npm packages for the cryptosuite, as the
// suite has installed them, behind `POST` of a base proof and `options.selectivePointers`.
import {contexts, of} from './packages.mjs';
import {createServer} from 'node:http';

function answer(response, status, value) {
  response.writeHead(status, {'content-type': 'application/json'});
  response.end(JSON.stringify(value));
}

// Listens on a free port; undefined where the suite has not installed the cryptosuite.
export async function holder(suite, cryptosuite) {
  const createDiscloseCryptosuite =
    await of(suite, `@digitalbazaar/${cryptosuite}-cryptosuite`, 'createDiscloseCryptosuite');
  if(!createDiscloseCryptosuite) {
    return undefined;
  }
  const derive = await of(suite, '@digitalbazaar/vc', 'derive');
  const DataIntegrityProof = await of(suite, '@digitalbazaar/data-integrity', 'DataIntegrityProof');
  const known = await contexts(suite);
  const documentLoader = async url => {
    if(!known.has(url)) {
      throw new Error(`${url} is no context that the suite has installed`);
    }
    return {contextUrl: null, documentUrl: url, document: known.get(url)};
  };
  const server = createServer(async (request, response) => {
    try {
      const chunks = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      const {verifiableCredential, options} = JSON.parse(Buffer.concat(chunks));
      const proof = new DataIntegrityProof({cryptosuite: createDiscloseCryptosuite(options)});
      answer(response, 201, await derive({verifiableCredential, suite: proof, documentLoader}));
    } catch(error) {
      answer(response, 400, {message: String(error)});
    }
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)));
}
