import CZlib
import CZstd
import ContentCoding
import GatewayTesting

extension RawSpan {
    /// A copy, because spans do not outlive a call.
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

/// The packed forms under test.
enum Packing: CaseIterable {
    case gzip, zlib, rawDeflate, zstd

    var coding: ContentCoding {
        switch self {
        case .gzip: .gzip
        case .zlib, .rawDeflate: .deflate
        case .zstd: .zstd
        }
    }

    /// Packs by the C libraries themselves.
    func pack(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .gzip: deflated(bytes, windowBits: 31)
        case .zlib: deflated(bytes, windowBits: 15)
        case .rawDeflate: deflated(bytes, windowBits: -15)
        case .zstd: zstandard(bytes)
        }
    }

    private func deflated(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        deflateInit2_(&stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
        let written = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
                return target.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<written])
    }

    private func zstandard(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let written = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
        precondition(ZSTD_isError(written) == 0)
        return Array(output[..<written])
    }
}

/// Unpacks a body that comes in pieces.
func unpack(
    _ pieces: [[UInt8]],
    _ coding: ContentCoding,
    outputLimit: Int = 1 << 30
) throws(ContentCodingError) -> [UInt8] {
    let decoder = try ContentDecoder(coding, outputLimit: outputLimit)
    var body: [UInt8] = []
    for piece in pieces { try decoder.decode(piece) { body += $0.array } }
    try decoder.finish()
    return body
}

/// A body that packs neither to nothing nor not at all.
func sampleBody(_ length: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return (0..<length).map { _ in UInt8.random(in: 0x61...0x68, using: &generator) }
}
