import Crypto
import Foundation
import Kernel

/// The file of master keys, one line a version: `1 BASE64`. Made with mode 0600; never in a backup.
package struct MasterKey: Sendable {
  let versions: [UInt8: SymmetricKey]

  /// A fresh key that lives only in memory: for tests.
  package static func ephemeral() -> MasterKey { MasterKey(versions: [1: SymmetricKey(size: .bits256)]) }

  /// - Throws: `AppError.unavailable` when the file is missing, unreadable by us, or readable by others.
  package static func load(_ path: String) throws -> MasterKey {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw AppError.unavailable("there is no readable master key at \(path)")
    }
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
    guard mode & 0o077 == 0 else {
      throw AppError.unavailable("the master key \(path) can be read by others: chmod 600 it")
    }
    var versions: [UInt8: SymmetricKey] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard parts.count == 2, let version = UInt8(parts[0]), let data = Data(base64Encoded: String(parts[1])),
        data.count == 32
      else { throw AppError.unavailable("the master key file \(path) has a line that is no key") }
      versions[version] = SymmetricKey(data: data)
    }
    guard !versions.isEmpty else { throw AppError.unavailable("the master key file \(path) is empty") }
    return MasterKey(versions: versions)
  }

  /// Loads the file, or makes it with one new key when it is not there.
  package static func loadOrCreate(_ path: String) throws -> MasterKey {
    if !FileManager.default.fileExists(atPath: path) {
      try MasterKey.ephemeral().save(path)
    }
    return try load(path)
  }

  /// Written aside and renamed, so that a crash leaves the old file or the new one.
  func save(_ path: String) throws {
    let lines = versions.keys.sorted().compactMap { version in
      versions[version].map { key in
        "\(version) \(key.withUnsafeBytes { Data($0) }.base64EncodedString())\n"
      }
    }
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    let aside = path + ".new"
    guard
      FileManager.default.createFile(
        atPath: aside, contents: Data(lines.joined().utf8), attributes: [.posixPermissions: 0o600]),
      rename(aside, path) == 0
    else { throw AppError.unavailable("the master key cannot be written to \(path)") }
  }

  /// The same keys and one more, which wraps from now on.
  func withNewVersion() -> MasterKey {
    var versions = versions
    versions[(versions.keys.max() ?? 0) + 1] = SymmetricKey(size: .bits256)
    return MasterKey(versions: versions)
  }

  /// Only the newest: after every wrapped key has been renewed.
  func onlyNewest() -> MasterKey {
    guard let newest = versions.keys.max() else { return self }
    return MasterKey(versions: versions.filter { $0.key == newest })
  }
}
