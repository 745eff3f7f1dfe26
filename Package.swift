// swift-tools-version: 6.2
import PackageDescription

/// What every target of this package is built with: Swift 6 mode, explicit imports, no warnings.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func nio(_ names: String...) -> [Target.Dependency] { names.map { .product(name: $0, package: "swift-nio") } }
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioSOCKS = Target.Dependency.product(name: "NIOSOCKS", package: "swift-nio-extras")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "api-switch",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Level 0: leaves.
        .target(name: "JSON", swiftSettings: strict),
        .target(name: "ServerSentEvents", swiftSettings: strict),
        .target(name: "HTTP1", swiftSettings: strict),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .target(name: "ContentCoding", dependencies: ["CZlib", "CZstd"], swiftSettings: strict),

        // Level 1: the domain.
        .target(name: "GenerationModel", swiftSettings: strict),
        .target(name: "Configuration", swiftSettings: strict),
        .target(name: "Routing", dependencies: ["Configuration"], swiftSettings: strict),

        // Level 2: pure translation.
        .target(
            name: "Dialects",
            dependencies: ["Configuration", "GenerationModel", "JSON", "ServerSentEvents"],
            swiftSettings: strict
        ),

        // Level 3: use cases and their ports.
        .target(
            name: "Relay",
            dependencies: [
                "Configuration", "Dialects", "GenerationModel", "HTTP1", "JSON", "Routing", "ServerSentEvents",
            ],
            swiftSettings: strict
        ),

        .target(
            name: "Administration",
            dependencies: ["Configuration", "Relay", "Routing", crypto, yams],
            swiftSettings: strict
        ),

        // Level 4: adapters.
        .target(
            name: "DataPlane",
            dependencies: [
                "Configuration", "ContentCoding", "Dialects", "GenerationModel", "HTTP1", "Relay", "Routing",
                nioSOCKS, nioSSL,
            ] + nio("NIOCore", "NIOPosix", "NIOTLS"),
            swiftSettings: strict
        ),
        .target(
            name: "SQLiteStore",
            dependencies: [
                "Administration", "Configuration", "GenerationModel", "Relay", "Routing",
                crypto, grdb, grdbSQLite, lifecycle, logging,
            ],
            swiftSettings: strict
        ),

        // Level 5: the composition root.
        .target(
            name: "GatewayServer",
            dependencies: [
                "Administration", "Configuration", "DataPlane", "Relay", "Routing", "SQLiteStore",
                lifecycle, logging, signals,
            ] + nio("NIOCore", "NIOPosix"),
            swiftSettings: strict
        ),

        // What tests share.
        .target(name: "GatewayTesting", swiftSettings: strict),

        // Level 6: the program.
        .executableTarget(
            name: "api-switch",
            dependencies: [
                "Administration", "Configuration", "Dialects", "GatewayServer", "GenerationModel", "JSON", "Relay",
                arguments, logging,
            ],
            swiftSettings: strict
        ),

        .testTarget(name: "JSONTests", dependencies: ["JSON", "GatewayTesting"], swiftSettings: strict),
        .testTarget(
            name: "ServerSentEventsTests",
            dependencies: ["ServerSentEvents", "GatewayTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ContentCodingTests",
            dependencies: ["CZlib", "CZstd", "ContentCoding", "GatewayTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTP1Tests",
            dependencies: ["HTTP1", "GatewayTesting"] + nio("NIOCore", "NIOEmbedded", "NIOHTTP1"),
            swiftSettings: strict
        ),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration"], swiftSettings: strict),
        .testTarget(
            name: "RoutingTests",
            dependencies: ["Configuration", "Routing", "GatewayTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DialectsTests",
            dependencies: [
                "Configuration", "Dialects", "GatewayTesting", "GenerationModel", "JSON", "ServerSentEvents",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RelayTests",
            dependencies: [
                "Configuration", "Dialects", "GatewayTesting", "GenerationModel", "JSON", "Relay", "Routing",
                "ServerSentEvents",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AdministrationTests",
            dependencies: ["Administration", "Configuration", "GatewayTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: [
                "Administration", "Configuration", "GenerationModel", "Relay", "Routing", "SQLiteStore",
                grdb, lifecycle, logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DataPlaneTests",
            dependencies: ["Configuration", "DataPlane", "Relay", nioSSL] + nio("NIOCore", "NIOPosix"),
            swiftSettings: strict
        ),
    ]
)
