// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6, explicit existentials, imports that say where a member comes from,
/// and no warnings. The flags live here so that they do not reach the packages we depend on.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  // A store's generic reads are specialised for their records across targets (Benchmarks/overview.py).
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func product(_ name: String, _ package: String) -> Target.Dependency {
  .product(name: name, package: package)
}

let package = Package(
  name: "anban",
  products: [.executable(name: "anban", targets: ["anban"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // libpq, the PostgreSQL client library.
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    // libsodium, for Argon2id password hashes.
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    // zlib, for gzipped files and answers.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // Values that everything else speaks in: ids, money, days, errors, access. Foundation only.
    .target(name: "Kernel", swiftSettings: strict),
    // Hides file formats: CSV, NDJSON, gzip, text encodings, YAML mappings.
    .target(
      name: "Files", dependencies: ["Kernel", "CZlib", product("Yams", "Yams")],
      swiftSettings: strict),
    // Hides the two database engines, sealing, the logs' chains and the job queue.
    .target(
      name: "Storage",
      dependencies: [
        "Kernel", "CPostgres", product("GRDB", "GRDB.swift"), product("GRDBSQLite", "GRDB.swift"),
        product("Crypto", "swift-crypto"), product("Logging", "swift-log"),
      ], exclude: ["README.md"], swiftSettings: strict),
    // The business: one folder a feature, acts and rules. No HTTP, no HTML.
    .target(
      name: "Insurer",
      dependencies: [
        "Kernel", "Storage", "Files", "CSodium", product("Crypto", "swift-crypto"), product("Logging", "swift-log"),
      ], exclude: ["README.md"], resources: [.copy("Resources")], swiftSettings: strict),
    // The live outside: the calls that the business asks for by `Outside`. The one place of the HTTP client.
    .target(
      name: "Adapters",
      dependencies: [
        "Insurer", "Kernel", product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"),
        product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"), product("NIOSSL", "swift-nio-ssl"),
        product("Logging", "swift-log"),
      ], swiftSettings: strict),
    // Pages and API over the business: one folder a feature, named as there.
    .target(
      name: "Web",
      dependencies: [
        "Insurer", "Kernel", "Storage", "Files", "CZlib",
        product("Hummingbird", "hummingbird"), product("HummingbirdCore", "hummingbird"),
        product("HummingbirdTLS", "hummingbird"), product("HTTPTypes", "swift-http-types"),
        product("NIOCore", "swift-nio"), product("NIOSSL", "swift-nio-ssl"), product("Logging", "swift-log"),
        product("ServiceLifecycle", "swift-service-lifecycle"), product("Yams", "Yams"),
      ], resources: [.copy("Resources")], swiftSettings: strict),
    // The command line: one command a file.
    .executableTarget(
      name: "anban",
      dependencies: [
        "Web", "Adapters", "Insurer", "Storage", "Files", "Kernel", product("ArgumentParser", "swift-argument-parser"),
        product("Logging", "swift-log"), product("ServiceLifecycle", "swift-service-lifecycle"),
        product("UnixSignals", "swift-service-lifecycle"), product("Hummingbird", "hummingbird"),
      ], swiftSettings: strict,
      // In place of glibc's malloc, which costs a request a tenth more (Benchmarks/overview.py).
      linkerSettings: [.linkedLibrary("mimalloc")]),
    // What tests share: a small named cast, a database on either engine, a fixed clock.
    .target(
      name: "TestKit",
      dependencies: [
        "Web", "Insurer", "Storage", "Files", "Kernel", product("Logging", "swift-log"),
        product("Hummingbird", "hummingbird"), product("HummingbirdTesting", "hummingbird"),
        product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
      ], swiftSettings: strict),
    .testTarget(name: "KernelTests", dependencies: ["Kernel"], swiftSettings: strict),
    .testTarget(name: "FilesTests", dependencies: ["Files", "Kernel", "TestKit"], swiftSettings: strict),
    .testTarget(name: "StorageTests", dependencies: ["Storage", "Kernel", "TestKit"], swiftSettings: strict),
    .testTarget(
      name: "InsurerTests",
      dependencies: ["Insurer", "Storage", "Files", "Kernel", "TestKit", product("Logging", "swift-log")],
      swiftSettings: strict),
    .testTarget(
      name: "WebTests",
      dependencies: [
        "Web", "Insurer", "Storage", "Kernel", "TestKit", product("HummingbirdTesting", "hummingbird"),
        product("Hummingbird", "hummingbird"), product("HTTPTypes", "swift-http-types"),
        product("NIOCore", "swift-nio"),
      ], swiftSettings: strict),
    .testTarget(
      name: "AdaptersTests",
      dependencies: [
        "Adapters", "Insurer", "Storage", "Kernel", "TestKit", product("Hummingbird", "hummingbird"),
        product("HummingbirdTesting", "hummingbird"), product("HTTPTypes", "swift-http-types"),
        product("NIOCore", "swift-nio"),
      ],
      swiftSettings: strict),
    // Reads the sources as text and holds them to STYLE.md.
    .testTarget(
      name: "TidyTests", dependencies: [product("Crypto", "swift-crypto")], exclude: ["migrations.sha256"],
      swiftSettings: strict),
    // Drives the real binary and a real browser.
    .testTarget(
      name: "BrowserTests",
      dependencies: [
        "Kernel", "TestKit", product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"),
        product("NIOHTTP1", "swift-nio"),
      ], swiftSettings: strict),
  ]
)
