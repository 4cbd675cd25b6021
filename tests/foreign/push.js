// Reads web push messages with code of others: `jsonwebtoken` checks who signs (RFC 8292), `http_ece` opens the body
// (RFC 8291). On standard input a list of {authorization, audience, body, key, auth}, all of it base64url;
// on standard output what each said and claimed.
const { createECDH, createPublicKey } = require('node:crypto');
const { text } = require('node:stream/consumers');
const ece = require('http_ece');
const jwt = require('jsonwebtoken');

const plain = (data) => Buffer.from(data, 'base64url');

function signer(point) {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}

function read({ authorization, audience, body, key, auth }) {
  const { t, k } = Object.fromEntries(authorization.slice('vapid '.length).split(', ').map((part) => part.split('=')));
  const claims = jwt.verify(t, signer(plain(k)), { algorithms: ['ES256'], audience, ignoreExpiration: true });
  const receiver = createECDH('prime256v1');
  receiver.setPrivateKey(plain(key));
  const said = ece.decrypt(plain(body), { version: 'aes128gcm', privateKey: receiver, authSecret: plain(auth) });
  return { said: said.toString(), claims };
}

text(process.stdin).then((given) => console.log(JSON.stringify(JSON.parse(given).map(read))));
