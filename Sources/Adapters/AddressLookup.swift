import Glibc
import Insurer
import NIOCore
import NIOPosix

/// What a name stands for at this moment, and which addresses are this machine's.
enum AddressLookup {
  /// The addresses in the order in which the system would try them; empty when the name leads nowhere.
  static func addresses(of host: String) async -> [NetworkAddress] {
    if let address = NetworkAddress(host) { return [address] }
    // The system's resolver blocks its thread.
    return (try? await NIOThreadPool.singleton.runIfActive { resolved(host) }) ?? []
  }

  private static func resolved(_ host: String) -> [NetworkAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
    defer { freeaddrinfo(first) }
    var found: [NetworkAddress] = []
    var next = first
    while let item = next {
      if let address = address(item.pointee), !found.contains(address) { found.append(address) }
      next = item.pointee.ai_next
    }
    return found
  }

  private static func address(_ info: addrinfo) -> NetworkAddress? {
    guard let pointer = info.ai_addr else { return nil }
    let raw = UnsafeRawPointer(pointer)
    switch info.ai_family {
    case AF_INET:
      return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { NetworkAddress(bytes: Array($0)) }
    case AF_INET6:
      return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) {
        NetworkAddress(bytes: Array($0))
      }
    default: return nil
    }
  }

  /// This machine's own, as they are now.
  static func own() -> Set<NetworkAddress> {
    let devices = (try? System.enumerateDevices()) ?? []
    // Without the zone that a link's own addresses have.
    let texts = devices.compactMap { $0.address?.ipAddress?.prefix { $0 != "%" } }
    return Set(texts.compactMap { NetworkAddress(String($0)) })
  }
}
