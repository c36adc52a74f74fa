import Kernel

/// Where webhooks may go, by this installation's settings. A host is allowed by name, an address by what it is: both
/// have to hold, for a name leads wherever its owner says.
package struct WebhookPolicy: Sendable {
  package let hosts: [String]
  let networks: [Network]
  let allowsPlain: Bool
  /// Where this server listens; 0 for nowhere.
  package let ownPort: Int

  /// - Throws: `invalid` `SETTING` for what is no network.
  package init(_ config: Config) throws {
    hosts = config.webhookHosts
    networks = try config.webhookNetworks.map { text in
      guard let network = Network(text) else {
        throw AppError.invalid("SETTING", "webhook_networks: \(text) is no network such as 10.1.0.0/16")
      }
      return network
    }
    allowsPlain = config.webhookPlain
    ownPort = config.port
  }

  /// Why an address may not be sent to; nil when it may. Asked when it is registered, and at every sending.
  package func refusal(of url: WebhookURL) -> WebhookFailure.Code? {
    if url.isPlain, !allowsPlain { return .plainRefused }
    if let address = NetworkAddress(url.host), let refusal = refusal(of: address) { return refusal }
    return hosts.contains { allows($0, url.host) } ? nil : .hostRefused
  }

  private func allows(_ entry: String, _ host: String) -> Bool {
    if entry == "*" { return true }
    // `*.example.com` is everything below it, not the name itself, and not `badexample.com`.
    if entry.hasPrefix("*.") { return host.hasSuffix(entry.dropFirst()) && host.utf8.count > entry.utf8.count - 1 }
    return entry == host
  }

  /// Why what a name was resolved to may not be connected to; nil when it may.
  package func refusal(of address: NetworkAddress) -> WebhookFailure.Code? {
    let address = address.unwrapped
    if networks.contains(where: { $0.contains(address) }) { return nil }
    return Self.isPublic(address) ? nil : .addressRefused
  }

  /// Whether this is the server itself.
  /// - Parameter own: the machine's own addresses.
  package func isSelf(_ address: NetworkAddress, port: Int, own: Set<NetworkAddress>) -> Bool {
    let address = address.unwrapped
    let isHere = own.contains(address) || Self.here.contains { $0.contains(address) }
    return isHere && port == ownPort
  }

  // MARK: Addresses

  /// Public unicast addresses. Of IPv6 only what is handed out for that, less what is not (IANA's special-purpose
  /// registries); of IPv4 all but what is special.
  static func isPublic(_ address: NetworkAddress) -> Bool {
    switch address {
    case .v4: !special4.contains { $0.contains(address) }
    case .v6: global6.contains { $0.contains(address) } && !special6.contains { $0.contains(address) }
    }
  }

  private static func networks(_ texts: [String]) -> [Network] { texts.compactMap { Network($0) } }

  private static let here = networks(["127.0.0.0/8", "0.0.0.0/8", "::1", "::"])
  private static let special4 = networks([
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    // A cloud's channel to its machines that looks public.
    "168.63.129.16/32",
  ])
  private static let global6 = networks(["2000::/3"])
  /// Tunnels (2001::, 2002::) lead to any IPv4 address.
  private static let special6 = networks(["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"])
}
