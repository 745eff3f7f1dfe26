import ContentCoding
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite(.serialized)
struct `Memory and output are bounded` {
    /// One zstd frame of 1 GiB of zeros in 32 KiB: 8,192 blocks that repeat one byte (RFC 8878 section 3.1.1.2).
    private var zstdBomb: [UInt8] {
        // Descriptor 0: no content size, a window descriptor follows; 0x38 is a window of 128 KiB.
        let header: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38]
        let blockHeader: (Bool) -> [UInt8] = { isLast in
            let bits = UInt32(128 << 10) << 3 | 1 << 1 | (isLast ? 1 : 0)
            return [
                UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8),
                UInt8(truncatingIfNeeded: bits >> 16),
            ]
        }
        return header + (0..<8_192).flatMap { blockHeader($0 == 8_191) + [0] }
    }

    /// 1 GiB of zeros in 1 MiB: 64 members of 16 MiB.
    private var gzipBomb: [UInt8] {
        let member = Packing.gzip.pack([UInt8](repeating: 0, count: 16 << 20))
        return (0..<64).flatMap { _ in member }
    }

    @Test
    func `A bomb is refused at the limit, and its memory never asked for`() throws {
        let limit = 5 << 20
        let before = peakMemory()

        for (bomb, coding) in [(zstdBomb, ContentCoding.zstd), (gzipBomb, .gzip)] {
            let decoder = try ContentDecoder(coding, outputLimit: limit)
            var received = 0
            var largestPiece = 0
            var error: ContentCodingError?
            do throws(ContentCodingError) {
                try decoder.decode(bomb) { piece in
                    received += piece.byteCount
                    largestPiece = max(largestPiece, piece.byteCount)
                }
            } catch let caught {
                error = caught
            }

            #expect(error == .tooLarge(limit: limit))
            #expect(received == limit)
            #expect(largestPiece <= 64 << 10)
            #expect(decoder.outputBytes == limit)
        }
        #expect(peakMemory() - before < 200 << 20)
    }

    @Test
    func `The whole bomb is there if one lets it`() throws {
        let decoder = try ContentDecoder(.zstd, outputLimit: 1 << 30)
        var received = 0

        try decoder.decode(zstdBomb) { received += $0.byteCount }
        try decoder.finish()

        #expect(received == 1 << 30)
    }

    @Test(arguments: ContentCoding.allCases)
    func `The limit itself is allowed and one byte more is not`(coding: ContentCoding) throws {
        let body = sampleBody(1_000)
        let packed =
            switch coding {
            case .identity: body
            case .gzip: Packing.gzip.pack(body)
            case .deflate: Packing.zlib.pack(body)
            case .zstd: Packing.zstd.pack(body)
            }

        let unpacked = try unpack([packed], coding, outputLimit: 1_000)

        #expect(unpacked == body)
        #expect(throws: ContentCodingError.tooLarge(limit: 999)) { try unpack([packed], coding, outputLimit: 999) }
        #expect(throws: ContentCodingError.tooLarge(limit: 0)) { try unpack([packed], coding, outputLimit: -1) }
    }

    @Test
    func `A zstd window above the limit is refused`() throws {
        // Window descriptors: exponent in the upper five bits, 2^(10 + exponent) bytes; then a last raw block of one byte.
        let frame: (UInt8) -> [UInt8] = { [0x28, 0xB5, 0x2F, 0xFD, 0x00, $0 << 3, 0x09, 0x00, 0x00, 0x41] }

        let allowed = try unpack([frame(17)], .zstd)

        #expect(allowed == [0x41])
        #expect(throws: ContentCodingError.windowTooLarge) { try unpack([frame(18)], .zstd) }
        #expect(throws: ContentCodingError.windowTooLarge) {
            let decoder = try ContentDecoder(.zstd, outputLimit: 10, maximumWindowBits: 23)
            try decoder.decode(frame(14)) { _ in }
        }
    }

    @Test(arguments: Packing.allCases)
    func `Decoders dropped in the middle, at the end and after an error give their memory back`(packing: Packing) {
        let packed = packing.pack([UInt8](repeating: 0x20, count: 70_000))
        let before = memoryInUse()

        for round in 0..<3_000 {
            let length = [packed.count / 2, packed.count, 2][round % 3]
            let decoder = try? ContentDecoder(packing.coding, outputLimit: round % 2 == 0 ? 100_000 : 10)
            try? decoder?.decode(Array(packed[..<length])) { _ in }
        }

        // The least that could leak is zlib's state, 7 KB each or 21 MB; other suites run beside this one.
        #expect(memoryInUse() - before < 15 << 20)
    }

    /// The memory in use: what the kernel says on Linux, what the allocator says on macOS; in bytes.
    private func memoryInUse() -> Int {
        #if os(Linux)
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let text = String(decoding: line.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * Int(getpagesize())
        #elseif canImport(Darwin)
        var statistics = malloc_statistics_t()
        malloc_zone_statistics(nil, &statistics)
        return statistics.size_in_use
        #else
        return peakMemory()
        #endif
    }

    /// The greatest resident size this process has had, in bytes.
    private func peakMemory() -> Int {
        var usage = rusage()
        getrusage(0, &usage)  // 0 is RUSAGE_SELF everywhere; only its type differs
        #if canImport(Darwin)
        return usage.ru_maxrss
        #else
        return usage.ru_maxrss * 1024
        #endif
    }
}
