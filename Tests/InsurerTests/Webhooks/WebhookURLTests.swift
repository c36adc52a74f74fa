import Kernel
import Testing

@testable import Insurer

@Suite struct WebhookURLTests {
  @Test(arguments: [
    ("https://hooks.example.com/in?a=1", "https://hooks.example.com/in?a=1", "hooks.example.com", 443),
    ("HTTPS://Hooks.Example.COM", "https://hooks.example.com/", "hooks.example.com", 443),
    ("http://hooks.example.com:8080?x", "http://hooks.example.com:8080/?x", "hooks.example.com", 8_080),
    ("https://192.0.2.7/a", "https://192.0.2.7/a", "192.0.2.7", 443),
    ("https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443/a", "2001:db8::1", 8_443),
    ("https://xn--fiqs8s.example/%E4%B8%AD", "https://xn--fiqs8s.example/%E4%B8%AD", "xn--fiqs8s.example", 443),
  ])
  func read(_ text: String, _ written: String, _ host: String, _ port: Int) throws {
    let url = try WebhookURL(text)
    #expect(url.text == written && url.host == host && url.port == port)
  }

  @Test(arguments: [
    "", "hooks.example.com", "ftp://hooks.example.com/", "file:///etc/passwd", "gopher://127.0.0.1:25/x",
    "https:///path", "https://", "https://:443/", "https://exa mple.com/", "https://example.com/\r\nX-Evil: 1",
    "https://example.com/\tx", "https://exam\u{0}ple.com/", "https://中国.example/", "https://example.com\\@evil.com/",
    "https://example.com/#fragment", "https://example.com:0/", "https://example.com:65536/", "https://example.com:/",
    "https://example.com:80x/", "https://example.com:80:80/", "https://2130706433/", "https://0x7f.1/",
    "https://0x7f000001/", "https://127.1/", "https://0177.0.0.1/", "https://127.0.0.1./", "https://example.com./",
    "https://-a.example/", "https://a..b/", "https://[::1/", "https://[::1]x/", "https://[127.0.0.1]/",
    "https://[fe80::1%25eth0]/", "https://%6c%6f%63alhost/", "https://a\"b.example/", "https://example.com/<script>",
  ])
  func isNone(_ text: String) {
    #expect(throws: WebhookURL.Fault.invalid) { try WebhookURL(text) }
  }

  @Test(arguments: [
    "https://user@example.com/", "https://user:secret@example.com/", "https://example.com:443@evil.com/", "https://@a/",
  ])
  func namesAndPasswordsAreRefused(_ text: String) {
    #expect(throws: WebhookURL.Fault.credentials) { try WebhookURL(text) }
  }

  @Test func addressesAreReadInOneForm() {
    #expect(NetworkAddress("127.0.0.1")?.bytes == [127, 0, 0, 1])
    #expect(NetworkAddress("::ffff:10.0.0.1")?.unwrapped == NetworkAddress("10.0.0.1"))
    #expect(NetworkAddress("64:ff9b::a9fe:a9fe")?.unwrapped == NetworkAddress("169.254.169.254"))
    #expect(NetworkAddress("::1")?.unwrapped == NetworkAddress("::1"))
    #expect(NetworkAddress("2001:db8::1")?.description == "2001:db8::1")
    for text in ["1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "", "::g", " 1.2.3.4"] {
      #expect(NetworkAddress(text) == nil, "\(text)")
    }
  }
}

@Suite struct WebhookPolicyTests {
  static func policy(
    hosts: [String] = ["*"], networks: [String] = [], plain: Bool = false, port: Int = 8_080
  ) throws -> WebhookPolicy {
    var config = Config()
    config.webhookHosts = hosts
    config.webhookNetworks = networks
    config.webhookPlain = plain
    config.port = port
    return try WebhookPolicy(config)
  }

  /// Where no name may lead, however it is written.
  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8",
    "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1", "2001:db8::1",
    "2002:7f00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
  ])
  func isRefused(_ text: String) throws {
    let address = try #require(NetworkAddress(text))
    let policy = try Self.policy()
    #expect(policy.refusal(of: address) == .addressRefused)
    // As a literal in an address too, though every name is allowed.
    let host = text.contains(":") ? "[\(text)]" : text
    let url = try WebhookURL("https://\(host)/")
    #expect(policy.refusal(of: url) == .addressRefused)
  }

  @Test(arguments: [
    "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
    "192.167.1.1", "223.255.255.255", "2400:3200::1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101",
  ])
  func isPublic(_ text: String) throws {
    let address = try #require(NetworkAddress(text))
    let policy = try Self.policy()
    #expect(policy.refusal(of: address) == nil)
  }

  @Test func networksAreAllowedBySetting() throws {
    let policy = try Self.policy(networks: ["10.1.0.0/16", "127.0.0.1", "fd00::/8"])
    for text in ["10.1.2.3", "127.0.0.1", "::ffff:10.1.0.1", "fd12::1"] {
      let address = try #require(NetworkAddress(text))
      #expect(policy.refusal(of: address) == nil, "\(text)")
    }
    for text in ["10.2.0.1", "127.0.0.2", "::1", "fc00::1"] {
      let address = try #require(NetworkAddress(text))
      #expect(policy.refusal(of: address) == .addressRefused, "\(text)")
    }
    #expect(throws: AppError.self) { try Self.policy(networks: ["10.0.0.0/33"]) }
    #expect(throws: AppError.self) { try Self.policy(networks: ["localhost"]) }
  }

  /// Regulation 38: nothing leaves for where nobody has looked.
  @Test func hostsAreAllowedByName() throws {
    func refusal(_ host: String, _ hosts: [String]) throws -> WebhookFailure.Code? {
      try Self.policy(hosts: hosts).refusal(of: WebhookURL("https://\(host)/x"))
    }
    #expect(try refusal("hooks.example.cn", []) == .hostRefused)
    #expect(try refusal("hooks.example.cn", ["hooks.example.cn"]) == nil)
    #expect(try refusal("HOOKS.example.cn", ["hooks.example.cn"]) == nil)
    #expect(try refusal("a.hooks.example.cn", ["hooks.example.cn"]) == .hostRefused)
    #expect(try refusal("a.b.example.cn", ["*.example.cn"]) == nil)
    #expect(try refusal("example.cn", ["*.example.cn"]) == .hostRefused)
    #expect(try refusal("badexample.cn", ["*.example.cn"]) == .hostRefused)
    #expect(try refusal("hooks.example.cn.evil.com", ["*.example.cn", "hooks.example.cn"]) == .hostRefused)
    #expect(try refusal("anything.example", ["*"]) == nil)
  }

  @Test func onlyEncryptedUnlessAllowed() throws {
    let url = try WebhookURL("http://hooks.example.cn/")
    let (strict, plain) = (try Self.policy(), try Self.policy(plain: true))
    #expect(strict.refusal(of: url) == .plainRefused)
    #expect(plain.refusal(of: url) == nil)
  }

  @Test func theServerIsNotToldOfItself() throws {
    let policy = try Self.policy(networks: ["127.0.0.0/8"])
    let own = try #require(NetworkAddress("203.0.113.7"))
    let here = try #require(NetworkAddress("127.0.0.1"))
    #expect(policy.isSelf(here, port: 8_080, own: []))
    let mapped = try #require(NetworkAddress("::ffff:127.0.0.9"))
    #expect(policy.isSelf(mapped, port: 8_080, own: []))
    #expect(policy.isSelf(own, port: 8_080, own: [own]))
    #expect(!policy.isSelf(own, port: 443, own: [own]) && !policy.isSelf(here, port: 9_000, own: []))
    #expect(!policy.isSelf(own, port: 8_080, own: []))
  }
}
