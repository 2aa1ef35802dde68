// TLS in front of a loopback port: bytes in, bytes out.
//   node tls.mjs PORT TLS_PORT FOLDER    FOLDER holds key.pem and cert.pem
import {connect} from 'node:net';
import {createServer} from 'node:tls';
import {readFileSync} from 'node:fs';

const [port, tlsPort, folder] = process.argv.slice(2);
const server = createServer(
  {key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`)},
  outside => {
    const inside = connect({host: '127.0.0.1', port: Number(port)});
    outside.pipe(inside).pipe(outside);
    for(const [one, other] of [[outside, inside], [inside, outside]]) {
      one.on('error', () => other.destroy());
    }
  });
server.on('tlsClientError', () => {});
server.listen(Number(tlsPort), '127.0.0.1');
