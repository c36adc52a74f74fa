import Crypto
import Foundation
import Kernel
@testable import Storage
import TestKit
import Testing

@Suite struct VaultTests {
  private func vault() -> Vault {
    var keys = Vault.Keys(masters: MasterKey.ephemeral().versions)
    keys.indexes = [1: SymmetricKey(size: .bits256)]
    return Vault(keys: keys)
  }

  @Test(arguments: ["", "110101199003078515", "𠮷野家", String(repeating: "长", count: 10_000)])
  func whatIsSealedOpensAgain(_ text: String) throws {
    let vault = vault()
    let (key, wrapped) = try vault.newCustomerKey()
    let sealed = try vault.seal(text, with: key)
    #expect(try vault.open(sealed, with: try vault.unwrap(wrapped)) == text)
    #expect(try vault.seal(text, with: key) != sealed, "a nonce is never used twice")
    let stored = try vault.sealForStore(Array(text.utf8))
    #expect(try vault.openFromStore(stored) == Array(text.utf8))
  }

  @Test func theWrongKeyOpensNothing() throws {
    let vault = vault()
    let (key, wrapped) = try vault.newCustomerKey()
    let (other, _) = try vault.newCustomerKey()
    var sealed = try vault.seal("13812345678", with: key)
    #expect(throws: AppError.self) { try vault.open(sealed, with: other) }
    sealed[sealed.count / 2] ^= 1
    #expect(throws: AppError.self) { try vault.open(sealed, with: key) }
    #expect(throws: AppError.self) { try vault.open([], with: key) }
    #expect(throws: AppError.self) { try self.vault().unwrap(wrapped) }
    #expect(throws: AppError.self) { try vault.unwrap([]) }
  }

  @Test func aNewMasterOpensWhatTheOldOneWrapped() throws {
    let old = MasterKey.ephemeral()
    let (_, wrapped) = try Vault(keys: Vault.Keys(masters: old.versions)).newCustomerKey()
    let both = Vault(keys: Vault.Keys(masters: old.withNewVersion().versions))
    let key = try both.unwrap(wrapped)
    #expect(Vault.masterVersion(of: wrapped) == 1)
    #expect(Vault.masterVersion(of: try both.wrap(key.key)) == 2)
  }

  @Test func theBlindIndexTellsKindsApart() {
    let vault = vault()
    #expect(vault.index(.mobile, "13812345678") == vault.index(.mobile, "13812345678"))
    #expect(vault.index(.mobile, "13812345678") != vault.index(.account, "13812345678"))
    #expect(vault.index(.mobile, "13812345678") != self.vault().index(.mobile, "13812345678"))
    #expect(vault.indexes(.mobile, "1").count == 1)
    vault.replace { $0.indexes[2] = SymmetricKey(size: .bits256) }
    #expect(vault.indexes(.mobile, "1").count == 2)
    #expect(vault.indexes(.mobile, "1").contains(vault.index(.mobile, "1")))
  }

  @Test func theMasterKeyFileIsPrivate() throws {
    let path = NSTemporaryDirectory() + "/anban-master-\(ProcessInfo.processInfo.processIdentifier).key"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let made = try MasterKey.loadOrCreate(path)
    #expect(try MasterKey.load(path).versions.keys.sorted() == made.versions.keys.sorted())
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(throws: AppError.self) { try MasterKey.load(path) }
    #expect(throws: AppError.self) { try MasterKey.load(path + ".none") }
  }
}
