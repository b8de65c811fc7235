/** A certificate authority of the tests' own, with a server and a client that it vouches for. */
import { generate } from 'selfsigned';

export interface KeyPair {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  readonly authority: KeyPair;
  /** For 127.0.0.1, ::1, localhost and `insideHost`. */
  readonly server: KeyPair;
  readonly client: KeyPair;
}

/** A host that only the proxy of the tests knows. */
export const insideHost = 'api.inside.test';

const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** Makes everything anew, with keys on P-256: it takes milliseconds. */
export async function makeCertificates(): Promise<Certificates> {
  const authority = await generate([{ name: 'commonName', value: 'Countersign test authority' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca,
    extensions: [
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: insideHost },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  const client = await generate([{ name: 'commonName', value: 'countersign' }], {
    ...common,
    ca,
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  });
  return {
    authority: { cert: authority.cert, key: authority.private },
    server: { cert: server.cert, key: server.private },
    client: { cert: client.cert, key: client.private },
  };
}
