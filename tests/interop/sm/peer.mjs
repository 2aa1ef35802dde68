// npm's sm-crypto-v2: a JSON request a line on standard input, a JSON answer a line on standard output. Everything is hexadecimal.
import {createInterface} from 'node:readline';
import {createRequire} from 'node:module';

const {sm2} = createRequire(import.meta.url)('sm-crypto-v2');
const bytes = hex => Uint8Array.from(Buffer.from(hex, 'hex'));

const operations = {
  sign: ({d, m}) => ({signature: sm2.doSignature(bytes(m), d, {hash: true, der: false})}),
  verify: ({xy, m, signature}) =>
    ({verified: sm2.doVerifySignature(bytes(m), signature, '04' + xy, {hash: true, der: false})}),
  // Mode 1 is C1C3C2; C1 is written without its first byte.
  encrypt: ({xy, m}) => ({c: '04' + sm2.doEncrypt(bytes(m), '04' + xy, 1)}),
  decrypt: ({d, c}) => ({m: Buffer.from(sm2.doDecrypt(c.slice(2), d, 1, {output: 'array'})).toString('hex')})
};

for await (const line of createInterface({input: process.stdin})) {
  const {op, ...request} = JSON.parse(line);
  let answer;
  try {
    answer = operations[op](request);
  } catch (error) {
    answer = {error: String(error?.message ?? error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
