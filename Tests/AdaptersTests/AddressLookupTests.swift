import Insurer
import Testing

@testable import Adapters

@Suite struct AddressLookupTests {
  @Test func aNameIsLookedUpAndAnAddressIsItself() async {
    #expect(await AddressLookup.addresses(of: "localhost").contains { $0 == NetworkAddress("127.0.0.1") })
    #expect(await AddressLookup.addresses(of: "::1") == [NetworkAddress("::1")].compactMap { $0 })
    #expect(await AddressLookup.addresses(of: "nowhere.invalid").isEmpty)
    #expect(AddressLookup.own().contains { $0 == NetworkAddress("127.0.0.1") })
  }
}
