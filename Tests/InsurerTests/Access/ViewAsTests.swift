import Kernel
import Testing

@testable import Insurer

@Suite struct ViewAsTests {
  private static func access(_ role: Role, _ purpose: Purpose? = nil) -> Access {
    Roles.access(.init(actor: .staff(1), role: role, staffID: 1, teamID: 1), purpose: purpose, surface: "page")
  }

  private static func fields(_ mine: Access, _ theirs: Access) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: ViewAs.fields(mine, theirs).map {
        ($0.field.key, "\($0.mine) \($0.theirs) \($0.why)")
      })
  }

  @Test func anAgentAndAClaimsHandler() {
    let found = Self.fields(Self.access(.agent), Self.access(.claims))
    #expect(
      found == [
        "customers.national_id": "masked whole role", "customers.mobile": "whole masked role",
        "customers.email": "whole masked role", "customers.address": "whole masked role",
        "claims.diagnosis": "absent whole wall", "claims.complex_reason": "absent whole wall",
        "claims.account": "absent whole role",
      ])
  }

  @Test func aPurposeLeavesOut() {
    let found = Self.fields(Self.access(.service), Self.access(.service, .marketing))
    #expect(found["customers.birth_date"] == "whole absent purpose")
    #expect(found["policies.premium"] == "whole absent purpose" && found["interactions.summary"] != nil)
    #expect(found["customers.mobile"] == nil && found["customers.name"] == nil)
    let rights = ViewAs.rights(Self.access(.service), Self.access(.service, .marketing))
    #expect(rights.contains(.init(right: .read(.claim), isMine: true, why: .purpose)))
    #expect(
      ViewAs.rights(Self.access(.agent), Self.access(.compliance)).contains(
        .init(right: .read(.audit), isMine: false, why: .role)))
  }

  /// What is compared is what the surfaces do: an access differs from itself in nothing.
  @Test(arguments: Role.allCases) func nobodyDiffersFromHimself(_ role: Role) {
    for purpose in Roles.purposes(role) {
      let access = Self.access(role, purpose)
      #expect(ViewAs.fields(access, access).isEmpty && ViewAs.rights(access, access).isEmpty)
    }
  }
}
