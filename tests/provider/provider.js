// Identity providers for the tests: one process, and in it an issuer for each product, whose tokens it shapes alike.
// Once all of them listen it prints where they are, as one line of JSON. People come in by `login_hint`, without a page.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const AUDIENCE = 'api://wkw';
const CALLBACK = 'https://wkw.nord.example/login/callback';
const TENANT = '6babcaad-604b-40ac-a9d7-9fd97c0b779f';

// What each product writes about a person, and how its access tokens differ from RFC 9068.
const PRODUCTS = {
  keycloak: {
    path: '/realms/nord',
    claims: (name) => ({
      email: `${name}@nord.example`, email_verified: true, preferred_username: name, roles: ['wkw-sellers'],
    }),
    token({ header, payload }) {
      header.typ = 'JWT';
      Object.assign(payload, { typ: 'Bearer', azp: payload.client_id, aud: [payload.aud, 'account'] });
      payload.realm_access = { roles: payload.roles };
    },
  },
  entra: {
    path: `/${TENANT}/v2.0`,
    claims: (name) => ({
      oid: `7d444840-9dc0-11d1-b245-${name}`, tid: TENANT, ver: '2.0', email: 'lea@kund.example',
      preferred_username: `${name}@nord.example`, roles: ['wkw-sellers'],
    }),
    token({ header, payload }) {
      header.typ = 'JWT';
      payload.azp = payload.client_id;
      delete payload.client_id;
    },
  },
  plain: {
    path: '/plain',
    claims: (name) => ({ email: `${name}@nord.example`, email_verified: true, roles: ['wkw-sellers'] }),
    token() {},
  },
  google: {
    path: '',
    opaque: true,
    claims: (name) => ({ email: `${name}@nord.example`, email_verified: true, hd: 'nord.example' }),
  },
};

const CLIENTS = [
  { client_id: 'wkw-web', token_endpoint_auth_method: 'none', redirect_uris: [CALLBACK] },
  {
    client_id: 'wkw-secret', client_secret: 'of a client', token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: [CALLBACK],
  },
  {
    client_id: 'crm', client_secret: 'of the CRM', grant_types: ['client_credentials'], redirect_uris: [],
    response_types: [],
  },
];

function keys() {
  const pairs = [
    generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ];
  return pairs.map(({ privateKey }) => ({ ...privateKey.export({ format: 'jwk' }), use: 'sig' }));
}

function configuration({ path, claims, token, opaque }) {
  const names = Object.keys(claims(''));
  return {
    clients: CLIENTS,
    jwks: { keys: keys() },
    cookies: { keys: ['of the tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: names },
    conformIdTokenClaims: false,
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...claims(sub) }) }),
    extraTokenClaims: (_, made) => (made.accountId ? claims(made.accountId) : { roles: ['wkw-connectors'] }),
    formats: {
      customizers: {
        jwt(_, __, made) {
          made.header = {};
          token(made);
        },
      },
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '', audience: AUDIENCE, accessTokenFormat: opaque ? 'opaque' : 'jwt',
        }),
      },
    },
    interactions: { url: (_, interaction) => `${path}/come-in/${interaction.uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    ttl: {
      AccessToken: 600, AuthorizationCode: 60, ClientCredentials: 600, Grant: 600, IdToken: 600, Interaction: 600,
      Session: 600,
    },
  };
}

function serve(product, provider) {
  const callback = provider.callback();
  return async (request, response) => {
    if (request.url.startsWith(`${product.path}/come-in/`)) {
      const { params } = await provider.interactionDetails(request, response);
      return provider.interactionFinished(request, response, { login: { accountId: params.login_hint } });
    }
    request.originalUrl = request.url;
    request.url = request.url.slice(product.path.length);
    return callback(request, response);
  };
}

const server = createServer((request, response) => served(request, response));
let served;
server.listen(0, '127.0.0.1', () => {
  const root = `http://127.0.0.1:${server.address().port}`;
  const issuers = {};
  const routes = Object.entries(PRODUCTS).map(([name, product]) => {
    issuers[name] = root + product.path;
    return [product.path, serve(product, new Provider(issuers[name], configuration(product)))];
  });
  served = (request, response) => routes.find(([path]) => request.url.startsWith(path))[1](request, response);
  console.log(JSON.stringify(issuers));
});
