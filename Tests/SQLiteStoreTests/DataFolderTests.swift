import Administration
import Foundation
import SQLiteStore
import Testing

@Suite struct `The data folder` {
    @Test(
        arguments: [
            ("/data", ["HOME": "/home/me"], "/data"), ("/data/", [:], "/data"),
            ("~/x", ["HOME": "/home/me"], "/home/me/x"),
            (nil, ["HOME": "/home/me", "XDG_DATA_HOME": "/xdg"], "/xdg/api-switch"),
            ("", ["HOME": "/home/me", "XDG_DATA_HOME": "/xdg/"], "/xdg/api-switch"),
        ] as [(String?, [String: String], String)]
    ) func `is where the user says`(option: String?, environment: [String: String], expected: String) throws {
        let folder = try DataFolder.resolve(option: option, environment: environment)

        #expect(folder.path == expected)
    }

    @Test func `is in the user's home otherwise`() throws {
        let folder = try DataFolder.resolve(
            option: nil,
            environment: ["HOME": "/home/me", "XDG_DATA_HOME": "relative"]
        )

        #if os(macOS)
        #expect(folder.path == "/home/me/Library/Application Support/api-switch")
        #else
        #expect(folder.path == "/home/me/.local/share/api-switch")
        #endif
    }

    @Test func `may be relative to the working folder`() throws {
        let folder = try DataFolder.resolve(option: "data", environment: [:])

        #expect(folder.path == FileManager.default.currentDirectoryPath + "/data")
    }

    @Test func `is made for the user alone, with everything in it`() throws {
        let temporary = try TemporaryFolder()
        let folder = DataFolder(path: "\(temporary.path)/a/b")

        let notices = try folder.prepare()
        _ = try folder.openConfiguration(environment: [:]).transaction { try $0.set("port", to: "1") }
        let lock = try InstanceLock.acquire(folder, startedAt: 0)

        #expect(notices == [])
        #expect(try temporary.mode("\(temporary.path)/a") == 0o700)
        #expect(try temporary.mode(folder.path) == 0o700)
        #expect(try temporary.mode(folder.lockPath) == 0o600)
        #expect(try temporary.mode(folder.configurationPath) == 0o600)
        lock.release()
    }

    @Test func `keeps the log beside a database as closed as the database`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        _ = try store.transaction { try $0.set("port", to: "1") }

        for suffix in ["", "-wal", "-shm"] {
            #expect(try folder.mode(folder.folder.configurationPath + suffix) == 0o600)
        }
    }

    @Test func `is tightened when others could read it, and that is told`() throws {
        let folder = try TemporaryFolder()
        let path = folder.folder.configurationPath
        try Data().write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o664], ofItemAtPath: path)

        let notices = try folder.folder.prepare()
        let again = try folder.folder.prepare()

        #expect(
            notices == [
                .tightened(path: folder.path, from: 0o755, to: 0o700), .tightened(path: path, from: 0o664, to: 0o600),
            ]
        )
        #expect(again == [])
        #expect(try folder.mode(folder.path) == 0o700)
        #expect(try folder.mode(path) == 0o600)
        #expect(notices.first?.description == "\(folder.path) was open to other users; its mode is now 700, not 755")
    }

    @Test func `says when something else is in its place`() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(filePath: "\(folder.path)/file"))

        let error = #expect(throws: FileError.self) { try DataFolder(path: "\(folder.path)/file/x").prepare() }

        #expect(error?.path == "\(folder.path)/file")
        #expect(error?.description.contains("move it away") == true)
    }
}

@Suite struct `The instance lock` {
    @Test func `is given once, and says who has it`() throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.folder
        _ = try folder.prepare()
        let lock = try InstanceLock.acquire(folder, startedAt: 5)
        let pid = ProcessInfo.processInfo.processIdentifier

        #expect(throws: InstanceLock.AcquisitionError.alreadyRunning(pid: pid, address: nil)) {
            try InstanceLock.acquire(folder, startedAt: 6)
        }
        try lock.update(address: "http://127.0.0.1:9090")
        #expect(throws: InstanceLock.AcquisitionError.alreadyRunning(pid: pid, address: "http://127.0.0.1:9090")) {
            try InstanceLock.acquire(folder, startedAt: 6)
        }
        try lock.update(address: "x")
        let holder = try #require(try InstanceLock.holder(of: folder))
        #expect(holder.pid == pid && holder.address == "x" && holder.startedAt == 5)
    }

    @Test func `is free again after release, or when its holder is gone`() throws {
        let temporary = try TemporaryFolder()
        var lock: InstanceLock? = try InstanceLock.acquire(temporary.folder, startedAt: 1)
        lock?.release()
        #expect(try InstanceLock.holder(of: temporary.folder) == nil)

        lock = try InstanceLock.acquire(temporary.folder, startedAt: 2)
        lock = nil
        #expect(lock == nil)
        #expect(try InstanceLock.holder(of: temporary.folder) == nil)
        _ = try InstanceLock.acquire(temporary.folder, startedAt: 3)
    }

    @Test(arguments: ["", "{", "{\"pid\":1,\"address\":\"old\"}\n", "\u{0}\u{0}"])
    func `is not held by a file that was left behind`(text: String) throws {
        let folder = try TemporaryFolder()
        try Data(text.utf8).write(to: URL(filePath: folder.folder.lockPath))

        #expect(try InstanceLock.holder(of: folder.folder) == nil)
        let lock = try InstanceLock.acquire(folder.folder, startedAt: 1)

        #expect(try InstanceLock.holder(of: folder.folder)?.address == nil)
        lock.release()
    }

    @Test func `has no holder where there is no folder`() throws {
        #expect(try InstanceLock.holder(of: DataFolder(path: "/nonexistent/folder")) == nil)
    }

    #if os(Linux)
    @Test func `is respected across processes and freed by their death`() throws {
        let folder = try TemporaryFolder()
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/flock")
        process.arguments = ["--no-fork", folder.folder.lockPath, "sh", "-c", "echo ready; exec sleep 600"]
        process.standardOutput = output
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/flock") else { return }
        try process.run()
        #expect(output.fileHandleForReading.availableData == Data("ready\n".utf8))

        let error = #expect(throws: InstanceLock.AcquisitionError.self) {
            try InstanceLock.acquire(folder.folder, startedAt: 1)
        }
        #expect(error == .alreadyRunning(pid: nil, address: nil))
        #expect(try InstanceLock.holder(of: folder.folder) != nil)
        // Not SIGTERM: a child inherits the signals that the thread it was started from blocks.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()

        #expect(try InstanceLock.holder(of: folder.folder) == nil)
        try InstanceLock.acquire(folder.folder, startedAt: 1).release()
    }
    #endif
}
