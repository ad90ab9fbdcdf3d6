import type { FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  configuration: {
    properties: {
      'nomad.address': {
        type: 'string',
        default: '',
        order: 1,
        markdownDescription:
          'Address of the cluster, with scheme and host, such as `https://nomad.example.com:4646`. When unset, `NOMAD_ADDR` is used, then `http://127.0.0.1:4646`.',
        scope: 'window',
      },
      'nomad.namespace': {
        type: 'string',
        default: '',
        order: 2,
        markdownDescription:
          'Namespace to show; `*` shows every namespace that the token may see. When unset, `NOMAD_NAMESPACE` is used, then `*`.',
        scope: 'window',
      },
      'nomad.region': {
        type: 'string',
        default: '',
        order: 3,
        markdownDescription:
          'Region to send requests to. When unset, `NOMAD_REGION` is used, then the region of the agent.',
        scope: 'window',
      },
      'nomad.tls.caCert': {
        type: 'string',
        default: '',
        order: 10,
        markdownDescription:
          'Path of a PEM file with the certificate authority of the cluster. When unset, `NOMAD_CACERT` is used.',
        scope: 'window',
      },
      'nomad.tls.caPath': {
        type: 'string',
        default: '',
        order: 11,
        markdownDescription:
          'Path of a folder of PEM files with certificate authorities. When unset, `NOMAD_CAPATH` is used.',
        scope: 'window',
      },
      'nomad.tls.clientCert': {
        type: 'string',
        default: '',
        order: 12,
        markdownDescription: 'Path of a PEM file with the client certificate. When unset, `NOMAD_CLIENT_CERT` is used.',
        scope: 'window',
      },
      'nomad.tls.clientKey': {
        type: 'string',
        default: '',
        order: 13,
        markdownDescription:
          'Path of a PEM file with the key of the client certificate. When unset, `NOMAD_CLIENT_KEY` is used.',
        scope: 'window',
      },
      'nomad.tls.serverName': {
        type: 'string',
        default: '',
        order: 14,
        markdownDescription:
          'Name that the certificate of the cluster must carry, where it differs from the host of the address. When unset, `NOMAD_TLS_SERVER_NAME` is used.',
        scope: 'window',
      },
      'nomad.tls.skipVerify': {
        type: 'boolean',
        default: false,
        order: 15,
        markdownDescription:
          'Accept any certificate. The connection can then be read and changed by others on the way. When unset, `NOMAD_SKIP_VERIFY` is used.',
        scope: 'window',
      },
      'nomad.liveWhileHidden': {
        type: 'boolean',
        default: false,
        order: 18,
        markdownDescription:
          'Keep following the cluster while no Nomad view is shown, so that the number on the Nomad icon is always of the moment. Otherwise nothing is asked of the cluster from a minute after the views were hidden, unless something else follows it, such as a rollout or logs.',
        scope: 'window',
      },
    },
  },
};
