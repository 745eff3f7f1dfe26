import ContentCoding
import GatewayTesting
import Testing

@Suite
struct `A packed body is unpacked` {
    @Test(arguments: Packing.allCases)
    func `Every cut gives the same body`(packing: Packing) throws {
        let body = sampleBody(700)
        let packed = packing.pack(body)

        for cut in 0...packed.count {
            let unpacked = try unpack([Array(packed[..<cut]), [], Array(packed[cut...])], packing.coding)

            #expect(unpacked == body, "cut at \(cut)")
        }
        #expect(try unpack(packed.map { [$0] }, packing.coding) == body)
    }

    @Test(arguments: Packing.allCases, [0, 1, 65_535, 65_536, 65_537, 131_072, 300_001])
    func `Every length around the output buffer is unpacked whole`(packing: Packing, length: Int) throws {
        let bodies = [sampleBody(length), [UInt8](repeating: 0, count: length)]

        for body in bodies {
            let unpacked = try unpack([packing.pack(body)], packing.coding)

            #expect(unpacked == body)
        }
    }

    @Test(arguments: Packing.allCases)
    func `Truncation at every byte is told`(packing: Packing) throws {
        let packed = packing.pack(sampleBody(300))

        for length in 1..<packed.count {
            #expect(throws: ContentCodingError.truncated, "\(length) bytes") {
                try unpack([Array(packed[..<length])], packing.coding)
            }
        }
    }

    @Test(arguments: ContentCoding.allCases)
    func `A body of no bytes is empty in every coding`(coding: ContentCoding) throws {
        let unpacked = try unpack([], coding)

        #expect(unpacked == [])
        #expect(try unpack([[], []], coding) == [])
    }

    @Test(arguments: [Packing.gzip, .zstd])
    func `Several members or frames are one body, cut anywhere`(packing: Packing) throws {
        let bodies = [sampleBody(50, seed: 1), [], sampleBody(80, seed: 2)]
        let packed = bodies.flatMap { packing.pack($0) }

        for cut in 0...packed.count {
            let unpacked = try unpack([Array(packed[..<cut]), Array(packed[cut...])], packing.coding)

            #expect(unpacked == Array(bodies.joined()), "cut at \(cut)")
        }
    }

    @Test(arguments: Packing.allCases)
    func `Anything after the packed body is refused`(packing: Packing) {
        let packed = packing.pack(sampleBody(50))

        for garbage in [[0], Array("garbage, more than a header".utf8)] as [[UInt8]] {
            let error = #expect(throws: ContentCodingError.self) { try unpack([packed + garbage], packing.coding) }

            // One byte is too little for gzip to know that no member begins.
            let isShort = garbage.count == 1 && packing == .gzip
            #expect(error == (isShort ? .truncated : .trailingGarbage))
        }
    }

    @Test(arguments: Packing.allCases)
    func `A changed body is refused or unpacked, and never more than that`(packing: Packing) {
        var generator = SeededGenerator(seed: 7)
        let body = sampleBody(200)
        let packed = packing.pack(body)
        var refused = 0

        for _ in 0..<2_000 {
            var changed = packed
            let index = Int.random(in: 0..<packed.count, using: &generator)
            changed[index] ^= UInt8.random(in: 1...255, using: &generator)
            if (try? unpack([changed], packing.coding, outputLimit: 1 << 20)) == nil { refused += 1 }
        }

        #expect(refused > 100)
    }

    @Test(arguments: [ContentCoding.gzip, .deflate, .zstd])
    func `Random bytes are refused`(coding: ContentCoding) {
        var generator = SeededGenerator(seed: 8)
        var refused = 0

        for _ in 0..<2_000 {
            // The first byte makes deflate's block type an impossible one; the others need no help.
            let bytes = [0xFF] + (0..<50).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if (try? unpack([bytes], coding, outputLimit: 1 << 20)) == nil { refused += 1 }
        }

        #expect(refused == 2_000)
    }

    @Test
    func `A zlib stream that wants a dictionary is corrupt`() {
        let header: [UInt8] = [0x78, 0xBB, 0, 0, 0, 1, 0x03, 0x00]

        #expect(throws: ContentCodingError.corrupt) { try unpack([header], .deflate) }
    }

    @Test
    func `Skippable zstd frames are skipped and frames from before RFC 8878 refused`() throws {
        let skippable: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let old: [UInt8] = [0x27, 0xB5, 0x2F, 0xFD, 0, 0, 0, 0, 0, 0]

        let unpacked = try unpack([skippable + Packing.zstd.pack([1, 2]) + skippable], .zstd)

        #expect(unpacked == [1, 2])
        #expect(throws: ContentCodingError.corrupt) { try unpack([old], .zstd) }
    }

    @Test
    func `After an error every call gives the same error`() throws {
        let decoder = try ContentDecoder(.gzip, outputLimit: 10)
        var errors: [ContentCodingError] = []

        do throws(ContentCodingError) { try decoder.decode([0x21, 0x21]) { _ in } } catch { errors.append(error) }
        do throws(ContentCodingError) { try decoder.decode(Packing.gzip.pack([1])) { _ in } } catch {
            errors.append(error)
        }
        do throws(ContentCodingError) { try decoder.finish() } catch { errors.append(error) }

        #expect(errors == [.corrupt, .corrupt, .corrupt])
    }

    @Test(arguments: [0, 1, 1_000, 200_000])
    func `The encoder writes gzip that comes back`(length: Int) throws {
        let body = sampleBody(length)

        let packed = try ContentEncoder.gzip(body)
        let loosest = try ContentEncoder.gzip(body, level: .min)
        let tightest = try ContentEncoder.gzip(body, level: .max)

        #expect(try ContentDecoder.decode(packed, .gzip, outputLimit: length) == body)
        #expect(try ContentDecoder.decode(loosest, .gzip, outputLimit: length) == body)
        #expect(tightest.count <= loosest.count)
        #expect(length < 1_000 || packed.count < length)
    }
}
