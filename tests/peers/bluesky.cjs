// A server of Bluesky (PDS) with a directory of accounts in memory: node bluesky.cjs PORT DIRECTORY FOLDER
// Says "ready" when it answers at PORT; the directory answers at the port DIRECTORY.

const net = require('node:net')
const path = require('node:path')

// These packages listen on every address unless they are told otherwise.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...how) {
  if (/^\d+$/.test(String(how[0])) && typeof how[1] !== 'string') how.splice(1, 0, '127.0.0.1')
  else if (how[0] && typeof how[0] === 'object' && !how[0].host) how[0] = { ...how[0], host: '127.0.0.1' }
  return listen.apply(this, how)
}

const { Secp256k1Keypair } = require('@atproto/crypto')
const pds = require('@atproto/pds')
const plc = require('@did-plc/server')

async function main(port, directory, folder) {
  await plc.PlcServer.create({ db: plc.Database.mock(), port: directory }).start()
  const rotation = await Secp256k1Keypair.create({ exportable: true })
  const settings = {
    devMode: true,
    port,
    hostname: 'localhost',
    dataDirectory: folder,
    blobstoreDiskLocation: path.join(folder, 'blobs'),
    recoveryDidKey: (await Secp256k1Keypair.create()).did(),
    plcRotationKeyK256PrivateKeyHex: Buffer.from(await rotation.export()).toString('hex'),
    adminPassword: 'admin',
    jwtSecret: 'jwt',
    serviceHandleDomains: ['.test'],
    didPlcUrl: `http://localhost:${directory}`,
    inviteRequired: false,
    disableSsrfProtection: true,
    bskyAppViewUrl: 'https://appview.invalid',
    bskyAppViewDid: 'did:example:invalid',
    modServiceUrl: 'https://moderator.invalid',
    modServiceDid: 'did:example:invalid',
  }
  const server = await pds.PDS.create(pds.envToCfg(settings), pds.envToSecrets(settings))
  await server.start()
  console.log('ready')
}

main(Number(process.argv[2]), Number(process.argv[3]), process.argv[4])
