import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Kernel
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Storage

/// The server as `anban serve` runs it and as every web test asks it.
/// - Parameter services: what runs beside it and ends with it: workers, sealing.
/// - Throws: when a template, a word or a certificate is not in order.
package func buildApplication(
  _ site: Site, services: [any Service] = [], onStart: @escaping @Sendable (Int) async -> Void = { _ in }
) throws -> Application<RouterResponder<Visit>> {
  let router = Router(context: Visit.self, options: .autoGenerateHeadEndpoints)
  router.add(middleware: Compression())
  router.add(middleware: Front(site: site))
  Features.routes(Routes(site: site, router: router))
  let channel = HTTP1Channel.Configuration(
    idleTimeout: .seconds(site.limits.idleSeconds),
    httpDecoderConfiguration: .init(maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100))
  var server = HTTPServerBuilder.http1(configuration: channel)
  if let certificate = site.config.tlsCertificate, let key = site.config.tlsKey {
    server = try .tls(server, tlsConfiguration: tls(certificate, key))
  }
  return Application(
    responder: router.buildResponder(), server: server,
    configuration: ApplicationConfiguration(
      address: .hostname(site.config.host, port: site.config.port), backlog: 1024),
    services: services, onServerRunning: { await onStart($0.localAddress?.port ?? site.config.port) },
    logger: site.logger)
}

private func tls(_ certificate: String, _ key: String) throws -> TLSConfiguration {
  do {
    let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain, privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    tls.minimumTLSVersion = .tlsv12
    return tls
  } catch {
    throw AppError.unavailable("the certificate \(certificate) or its key \(key) cannot be read: \(error)")
  }
}
